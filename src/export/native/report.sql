-- Lines of type report, with the closures they speak for.
select r.id,
       (select d.slug from dataset d where d.id = r.dataset_id) as dataset, r.external_id as "externalId",
       r.article_id as "article.id", r.source_id as "source.id", r.citation, r.event_id as "event.id",
       r.relevance, r.locator,
       (select json_strip_nulls(json_agg(json_build_object('id', c.closure_id) order by c.closure_id))
        from report_closure c where c.report_id = r.id) as closures,
       r.confidence
from report r
where {selected}
order by r.id
