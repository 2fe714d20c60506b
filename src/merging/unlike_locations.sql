-- Why these two places cannot be one; nothing where they can. Closures hang on crossings and borders, and
-- what they say of directions on the sides of a crossing.
select case
    when gone.kind <> kept.kind and 'BORDER_CROSSING' in (gone.kind, kept.kind) then
      'A border crossing is merged with a border crossing alone.'
    when gone.kind <> kept.kind and 'BORDER' in (gone.kind, kept.kind) then
      'A border is merged with a border alone.'
    when exists (select from location_ancestor a where a.location_id = kept.id and a.ancestor_id = gone.id) then
      'The place that stays lies within the other: merge the other way round, or give it another parent first.'
    when x.id is not null and y.id is null then
      'The place that stays has no sides, and the other has: merge the other way round.'
    when x.a_country = y.b_country and x.b_country = y.a_country and x.a_country <> x.b_country then
      'The sides of one crossing are the other way round than those of the other, and so are its directions: exchange the sides of one first.'
    when x.a_country <> y.a_country or x.b_country <> y.b_country then
      'The sides of the crossings lie in different countries.'
  end
from location gone
cross join location kept
left join border_crossing x on x.location_id = gone.id
left join border_crossing y on y.location_id = kept.id
where gone.id = $1 and kept.id = $2
