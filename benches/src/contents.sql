-- What the tables of records hold, without bookkeeping, as one hash a table.
select 'event', md5(string_agg((to_jsonb(t) - '{recorded_at, updated_at}'::text[])::text, '' order by id)) from event t
union all select 'actor', md5(string_agg((to_jsonb(t) - '{recorded_at, updated_at}'::text[])::text, '' order by id)) from actor t
union all select 'source', md5(string_agg((to_jsonb(t) - '{recorded_at, updated_at}'::text[])::text, '' order by id)) from source t
union all select 'location', md5(string_agg((to_jsonb(t) - '{recorded_at, updated_at}'::text[])::text, '' order by id)) from location t
union all select 'article', md5(string_agg((to_jsonb(t) - '{recorded_at, updated_at}'::text[])::text, '' order by id)) from article t
union all select 'participation', md5(string_agg((to_jsonb(t) - '{recorded_at, updated_at}'::text[])::text, '' order by id)) from participation t
union all select 'report', md5(string_agg((to_jsonb(t) - '{recorded_at, updated_at}'::text[])::text, '' order by id)) from report t
union all select 'claim', md5(string_agg((to_jsonb(t) - '{recorded_at, updated_at}'::text[])::text, '' order by id)) from claim t
union all select 'account', md5(string_agg(to_jsonb(t)::text, '' order by id)) from account t
union all select 'revision', md5(string_agg(concat_ws(' ', record_type, version, operation), '' order by record_type, version, operation)) from revision t
