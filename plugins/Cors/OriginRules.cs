using System.Text.RegularExpressions;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.Cors;

/// <summary>The configured origins, prepared for comparison.</summary>
sealed class OriginRules
{
    readonly Rule[] rules;

    /// <summary>Prepares the origins.</summary>
    public OriginRules(IReadOnlyList<string> origins)
    {
        IsAny = origins.Count == 0 || (origins.Count == 1 && origins[0] == "*");
        IsAnyThatAsks = !IsAny && origins.Contains("*");
        Only = origins.Count == 1 && IsPlain(origins[0]) ? origins[0] : null;
        rules = IsAny || IsAnyThatAsks || Only is not null ? [] : [.. origins.Select(Rule.Of)];
    }

    /// <summary>Whether every origin may.</summary>
    public bool IsAny { get; }

    /// <summary>Whether every origin may because <c>*</c> is one of several: as in Kong, who names no origin is told nothing then.</summary>
    public bool IsAnyThatAsks { get; }

    /// <summary>The one origin there is, told to everybody; <c>null</c> if there are several or an expression.</summary>
    public string? Only { get; }

    /// <summary>The origin to allow for a request from an origin; <c>null</c> if it may not.</summary>
    public string? Allow(string origin)
    {
        var asking = Origin.Parse(origin);
        foreach (var rule in rules)
            if (rule.Allows(asking))
                return asking.Text;

        return null;
    }

    static bool IsPlain(string origin) => origin.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or ':' or '/' or '-');

    /// <summary>One origin or expression.</summary>
    sealed class Rule(string? text, Regex? expression, bool isHost)
    {
        public static Rule Of(string entry)
        {
            if (IsPlain(entry))
                return new Rule(Origin.Parse(entry).Text, null, isHost: false);

            // Kong anchors expressions at both ends, whether or not they were written so.
            var anchored = entry.EndsWith('$') ? entry : entry + "$";
            return new Rule(null, Pattern.Compile($@"\A(?:{anchored})"), isHost: !entry.Contains(':'));
        }

        public bool Allows(Origin origin) => expression is null
            ? origin.Text == text
            : Pattern.Matches(expression, isHost ? origin.Host : origin.Text);
    }
}
