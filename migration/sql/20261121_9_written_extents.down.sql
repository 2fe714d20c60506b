drop function written_extent;
