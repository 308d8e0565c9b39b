using Gibbon.Storage.Declarative;

namespace Gibbon.Storage;

/// <summary>What came of an attempt to load a configuration.</summary>
internal enum ConfigurationOutcome
{
    /// <summary>It is in effect.</summary>
    Loaded,

    /// <summary>It is the one in effect already, and it was asked to leave it then: 304.</summary>
    Identical,

    /// <summary>It is wrong; what was in effect still is: 400.</summary>
    Refused,

    /// <summary>Another one is being loaded: 429.</summary>
    Busy,
}

/// <summary>What came of an attempt to load a configuration.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Configuration">The configuration, when it was loaded.</param>
/// <param name="Changes">What it changed, when it was loaded.</param>
/// <param name="Error">Why it was refused.</param>
internal sealed record ConfigurationResult(
    ConfigurationOutcome Outcome,
    DeclarativeConfiguration? Configuration = null,
    EntityChanges? Changes = null,
    DeclarativeError? Error = null);
