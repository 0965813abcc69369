import harvester from "oai-pmh";

const [address, metadataPrefix] = process.argv.slice(2);
let count = 0;
for await (const _record of new harvester.OaiPmh(address).listRecords({ metadataPrefix })) count += 1;
console.log(count);
