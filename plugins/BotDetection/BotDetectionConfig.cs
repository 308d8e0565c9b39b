using System.Text.RegularExpressions;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.BotDetection;

/// <summary>Which user agents are let in and which are not, before the built-in rules.</summary>
sealed record BotDetectionConfig
{
    Regex[]? allowed;
    Regex[]? denied;

    /// <summary>Expressions for user agents that may.</summary>
    [Regex]
    public IReadOnlyList<string>? Allow { get; init; } = [];

    /// <summary>Expressions for user agents that may not.</summary>
    [Regex]
    public IReadOnlyList<string>? Deny { get; init; } = [];

    /// <summary>What was found out about user agents with this configuration.</summary>
    internal VerdictCache Verdicts { get; } = new();

    /// <summary>Whether a user agent is turned away.</summary>
    internal bool Blocks(string userAgent) =>
        !MatchesAny(allowed ??= Compile(Allow), userAgent) && (MatchesAny(denied ??= Compile(Deny), userAgent) || BotRules.IsBot(userAgent));

    static Regex[] Compile(IReadOnlyList<string>? expressions) => [.. (expressions ?? []).Select(Pattern.Compile)];

    static bool MatchesAny(Regex[] expressions, string text)
    {
        foreach (var expression in expressions)
            if (Pattern.Matches(expression, text))
                return true;

        return false;
    }
}
