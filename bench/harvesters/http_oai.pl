use strict;
use warnings;
use HTTP::OAI;

my ($address, $prefix) = @ARGV;
my $count = 0;
my $response = HTTP::OAI::Harvester->new(baseURL => $address)
    ->ListRecords(metadataPrefix => $prefix, onRecord => sub { $count++ });
die $response->message if $response->is_error;
print "$count\n";
