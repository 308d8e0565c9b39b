namespace Gibbon.Dns;

/// <summary>One remembered name: its last answer, how long it holds, and the look-up that is under way.</summary>
internal sealed class ResolverEntry(string host)
{
    /// <summary>Lower case.</summary>
    public string Host { get; } = host;

    /// <summary>Guards what follows <see cref="Answer"/>.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The answer; replaced whole, read without the gate.</summary>
    public ResolverAnswer? Answer { get; set => Volatile.Write(ref field, value); }

    /// <summary>The look-up under way; null when there is none.</summary>
    public Task<Resolution>? LookUp { get; set; }

    /// <summary>The question that brought records the last time.</summary>
    public (string Name, RecordType Type)? Last { get; set; }

    /// <summary>When somebody last asked, to within a second: what was not asked for longest is forgotten first.</summary>
    public long TouchedAt { get; set; }
}

/// <param name="Resolution">What is answered.</param>
/// <param name="StaleAt">From when on it is to be looked up again.</param>
/// <param name="UnusableAt">From when on it is no answer any more.</param>
internal sealed record ResolverAnswer(Resolution Resolution, long StaleAt, long UnusableAt);
