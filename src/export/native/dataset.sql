-- Lines of type dataset. A dataset is known by its slug, from which its id follows.
select r.slug, r.title, r.licence, r.redistribution, r.homepage
from dataset r
where {selected}
order by r.id
