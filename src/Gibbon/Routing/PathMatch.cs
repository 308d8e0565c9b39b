using Gibbon.Routing.Regexes;

namespace Gibbon.Routing;

/// <summary>What of the path a route matched: a literal of the route, or a part of the request's path.</summary>
/// <param name="Literal">The route's text where the request's may differ from it; null when a part of the request's path matched.</param>
/// <param name="Start">Where in the request's path, in bytes; 0 for a literal.</param>
/// <param name="Length">How many bytes; strip_path cuts as many off the front.</param>
/// <param name="Regex">The last regex that matched the path; its captures are the route's.</param>
internal readonly record struct PathMatch(byte[]? Literal, int Start, int Length, RouteRegex? Regex);
