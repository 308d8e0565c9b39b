namespace Gibbon.Storage.Versions;

/// <summary>How much is kept beside the number of versions, which <c>admin_versions</c> says.</summary>
internal static class VersionLimits
{
    /// <summary>How many changed entities there may be in all versions together.</summary>
    public const long MostChanges = 1_000_000;
}
