using System.Globalization;

namespace Gibbon.Clustering.Rpc;

/// <summary>
/// What stands for the hash of a configuration that is brought in step: its version, as Kong's nodes show it, or with a digest of what that version has changed, by which our nodes
/// see that two versions of one number come from different databases, or from one that was set back.
/// </summary>
internal static class SyncHash
{
    /// <summary>How long a digest is.</summary>
    public const int DigestLength = 15;

    private const int Length = 32;
    private const int MarkPlace = 16;

    // No digit and no letter of another hash.
    private const char Mark = 'g';

    public static string Of(long version) => version.ToString("D32", CultureInfo.InvariantCulture);

    /// <param name="version">The version.</param>
    /// <param name="digest">Fifteen characters.</param>
    public static string Of(long version, string digest) => version.ToString("D16", CultureInfo.InvariantCulture) + Mark + digest;

    /// <summary>Whether there is a digest in it.</summary>
    public static bool HasDigest(string hash) => hash.Length == Length && hash[MarkPlace] == Mark;

    /// <summary>The version; 0 when it is the hash of something else.</summary>
    public static long Version(string hash) =>
        long.TryParse(HasDigest(hash) ? hash.AsSpan(0, MarkPlace) : hash, NumberStyles.None, CultureInfo.InvariantCulture, out long version) ? version : 0;
}
