-- Lines of type affiliation. Its dates belong to no place: they are read in UTC.
select r.id,
       (select d.slug from dataset d where d.id = r.dataset_id) as dataset, r.external_id as "externalId",
       r.member_id as "member.id", r.group_id as "group.id", r.role,
       written_extent(r.start_earliest, r.start_latest, r.end_earliest, r.end_latest, r.ongoing, r.edtf, r.time_text, 'UTC') as extent
from affiliation r
where {selected}
order by r.id
