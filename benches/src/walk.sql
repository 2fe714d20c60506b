-- What walk.graphql asks for, as one statement: the best that was found by hand.
select json_build_object('data', json_build_object('borderCrossing', json_build_object(
  'name', place.name,
  'events', json_build_object('nodes', (
    select coalesce(json_agg(json_build_object(
      'id', e.id, 'title', e.title, 'kind', e.kind, 'extent', json_build_object('edtf', e.edtf),
      'reports', json_build_object('nodes', (
        select coalesce(json_agg(json_build_object('relevance', r.relevance, 'article', json_build_object(
          'id', a.id, 'title', a.title, 'url', a.url, 'published', json_build_object('edtf', a.published_edtf),
          'source', json_build_object('id', s.id, 'name', s.name)))), '[]')
        from (
          select relevance, article_id from report where report.event_id = e.id
          order by array_position(array['MAIN', 'UPDATE', 'BACKGROUND', 'MENTION'], relevance::text), id limit 10) r
        join article a on a.id = r.article_id join source s on s.id = a.source_id))
      )), '[]')
    from (
      select e.id, e.title, e.kind, e.edtf
      from (
        (select id from event where location_id = place.id
         order by coalesce(start_earliest, '-infinity') desc, id desc limit 20)
        union
        (select c.event_id from location_ancestor around join closure c on c.place_id = around.ancestor_id
         where around.location_id = place.id)
      ) there join event e using (id)
      order by coalesce(e.start_earliest, '-infinity') desc, e.id desc limit 20) e))
  )))
from border_crossing c join location place on place.id = c.location_id
where place.slug = 'crossing-' || :crossing;
