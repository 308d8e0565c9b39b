using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Counting;

namespace Gibbon.Plugins.RateLimiting;

/// <summary>One limit of a configuration, with the texts it is told in.</summary>
/// <param name="Period">The period.</param>
/// <param name="Limit">How many requests it allows.</param>
sealed record PeriodLimit(Period Period, double Limit)
{
    /// <summary>The limit as text.</summary>
    public string Text { get; } = NumberText.Of(Limit);

    /// <summary>The header with the limit.</summary>
    public string LimitHeader { get; } = $"X-RateLimit-Limit-{Period}";

    /// <summary>The header with what is left of it.</summary>
    public string RemainingHeader { get; } = $"X-RateLimit-Remaining-{Period}";
}
