using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Counting;

namespace Gibbon.Plugins.ResponseRateLimiting;

/// <summary>One limit, with the texts it is told in.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Period">The period.</param>
/// <param name="Limit">How much it allows.</param>
sealed record NamedLimit(string Name, Period Period, double Limit)
{
    /// <summary>The limit as text.</summary>
    public string Text { get; } = NumberText.Of(Limit);

    /// <summary>The header with the limit.</summary>
    public string LimitHeader { get; } = $"X-RateLimit-Limit-{Name}-{Period.Name()}";

    /// <summary>The header with what is left of it.</summary>
    public string RemainingHeader { get; } = $"X-RateLimit-Remaining-{Name}-{Period.Name()}";
}
