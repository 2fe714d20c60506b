-- How an extent is handed to a writer that has to say it in EDTF again.

create function written_extent(
  start_earliest timestamptz, start_latest timestamptz, end_earliest timestamptz, end_latest timestamptz,
  ongoing boolean, edtf text, time_text text, zone text
) returns jsonb language sql stable parallel safe as $$
  select case when ongoing is not null then jsonb_build_object(
    'edtf', edtf, 'text', time_text, 'ongoing', ongoing,
    'bounds', jsonb_build_array(start_earliest, start_latest, end_earliest, end_latest),
    -- A clock that is turned back shows some times twice: a time that would be read as another moment is left out.
    'local', case when edtf is not null then jsonb_build_array(
      case when (start_earliest at time zone zone) at time zone zone = start_earliest then start_earliest at time zone zone end,
      case when (start_latest at time zone zone) at time zone zone = start_latest then start_latest at time zone zone end,
      case when (end_earliest at time zone zone) at time zone zone = end_earliest then end_earliest at time zone zone end,
      case when (end_latest at time zone zone) at time zone zone = end_latest then end_latest at time zone zone end) end) end
$$;
comment on function written_extent is
  'An extent with its bounds, and where it has EDTF also what the clocks of the time zone show at them, as far as that time means the same moment when it is read; null for no extent';
