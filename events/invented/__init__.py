"""An invented archive of any size: for measuring, for trying the site out, for drills. Nobody in it exists."""
