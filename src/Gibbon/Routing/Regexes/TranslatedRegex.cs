namespace Gibbon.Routing.Regexes;

/// <summary>A pattern in .NET's syntax. Groups are numbered from the left as Rust and PCRE number them, so names are kept beside.</summary>
/// <param name="Pattern">The pattern for <see cref="System.Text.RegularExpressions.Regex"/>.</param>
/// <param name="GroupCount">Capturing groups without group 0.</param>
/// <param name="GroupNames">Names and numbers of the named groups.</param>
/// <param name="LiteralPrefix">Text every match begins with; only known when the pattern is anchored at the start.</param>
internal sealed record TranslatedRegex(string Pattern, int GroupCount, KeyValuePair<string, int>[] GroupNames, string LiteralPrefix);
