//! Asks when a border crossing was closed and who says so, through types made from the schema:
//! `dateline-example [ADDRESS [CROSSING]]`.

use std::process::ExitCode;

use chrono::Utc;
use graphql_client::{GraphQLQuery, Response};

use walk::{WalkBorderCrossing, WalkBorderCrossingClosuresNodes as Closure};

// The scalars of the schema, by their names there.
type DateTime = chrono::DateTime<Utc>;
#[expect(clippy::upper_case_acronyms)]
type URL = String;

/// The query, with a module `walk` of its variables and of the types of its answer.
///
/// What is `None` is left out of the request, since null can mean something else. Names stay as the schema writes
/// them: normalized, the word `OTHER` of an enum would meet the generator's own `Other`, for words of later versions.
#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../../schema.graphql",
    query_path = "../walk.graphql",
    response_derives = "Debug",
    skip_serializing_none
)]
struct Walk;

/// Whatever went wrong, for people.
type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "http://127.0.0.1:8080/graphql".to_owned());
    let slug = arguments.next().unwrap_or_else(|| "torkham".to_owned());
    match ask(&address, &slug) {
        Ok(crossing) => print(&crossing),
        Err(failure) => {
            eprintln!("{failure}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn ask(address: &str, slug: &str) -> Result<WalkBorderCrossing, Failure> {
    let query = Walk::build_query(walk::Variables { slug: slug.to_owned() });
    // A refusal says why in its body, so that its status is no failure yet.
    let request = ureq::post(address).config().http_status_as_error(false).build();
    let answer: Response<walk::ResponseData> = request.send_json(query)?.body_mut().read_json()?;
    if let Some(error) = answer.errors.into_iter().flatten().next() {
        // The code is for programs and stays the same; the message is for people.
        let extensions = error.extensions.unwrap_or_default();
        let code = extensions.get("code").and_then(|code| code.as_str()).unwrap_or("no code");
        return Err(format!("{code}: {}", error.message).into());
    }
    let crossing = answer.data.and_then(|data| data.border_crossing);
    crossing.ok_or_else(|| format!("no crossing is called \"{slug}\"").into())
}

fn print(crossing: &WalkBorderCrossing) {
    println!("{}: {} closures, times in UTC", crossing.name, crossing.closures.total_count);
    for closure in &crossing.closures.nodes {
        print_closure(closure);
    }
}

fn print_closure(closure: &Closure) {
    let (extent, start, end) = (&closure.extent, &closure.extent.start, &closure.extent.end);
    let what = format!("{:?}, {:?}", closure.effect, closure.severity).to_lowercase();
    println!("\n{} ({what})", closure.event.title);
    println!("  from   {}", bounds(start.earliest, start.latest));
    let until = bounds(end.earliest, end.latest);
    println!("  until  {}", if extent.ongoing { "not over when last reported" } else { &until });
    if let Some(text) = &extent.text {
        println!("  \"{text}\"");
    }
    for article in &closure.articles.nodes {
        println!("  - {}", article.title);
        let url = article.url.as_ref().map(|url| format!(", {url}")).unwrap_or_default();
        println!("    {}{url}", article.source.name);
    }
}

/// A moment that nobody knows exactly lies from `earliest` on and before `latest`.
fn bounds(earliest: Option<DateTime>, latest: Option<DateTime>) -> String {
    let minute = |moment: DateTime| moment.format("%Y-%m-%d %H:%M");
    match (earliest, latest) {
        (Some(earliest), Some(latest)) if earliest == latest => minute(earliest).to_string(),
        (Some(earliest), Some(latest)) => format!("{} or later, before {}", minute(earliest), minute(latest)),
        (Some(earliest), None) => format!("{} or later", minute(earliest)),
        (None, Some(latest)) => format!("before {}", minute(latest)),
        (None, None) => "unknown".to_owned(),
    }
}
