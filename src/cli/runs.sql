-- The latest $1 runs of imports, each with what became of it.
with latest as (
  select * from import_run order by started_at desc, id desc limit $1
)
select r.id::text, to_char(r.started_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), coalesce(d.slug, '-'), r.format,
       coalesce(r.file_name, '-'), r.created::text, r.updated::text, r.unchanged::text, r.rejected::text,
       case when r.finished_at is null then 'unfinished'
            when c.id is null then 'changed nothing'
            when c.reverted_by_id is null then ''
            -- A revert that was reverted leaves the run as it was.
            when (select u.reverted_by_id is not null from change_set u where u.id = c.reverted_by_id) then 'reverted, and restored'
            else 'reverted' end as state
from latest r
left join dataset d on d.id = r.dataset_id
left join change_set c on c.id = r.change_set_id
order by r.started_at desc, r.id desc
