using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gibbon.Pdk.Schemas;

/// <summary>
/// What was lately found out of texts, so that one that comes again need not be looked into again. Texts are known by their digests, since some are secret.
/// Of those that were asked for least lately nothing is kept. What could not be found out is tried each time.
/// </summary>
/// <param name="find">Finds it out; <c>null</c> when it cannot be.</param>
sealed class RecentFindings<T>(Func<string, T?> find) where T : class
{
    // Two pairs of texts for each of some thousand certificates.
    const int Most = 8192;

    volatile ConcurrentDictionary<Digest, T> recent = new();
    volatile ConcurrentDictionary<Digest, T> earlier = new();

    public T? Of(string text)
    {
        var digest = Digest.Of(text);
        if (recent.TryGetValue(digest, out var found))
        {
            return found;
        }
        if (!earlier.TryGetValue(digest, out found))
        {
            found = find(text);
        }
        if (found is not null)
        {
            Keep(digest, found);
        }
        return found;
    }

    // When two do this at once, a few are forgotten too early.
    void Keep(Digest digest, T found)
    {
        var present = recent;
        if (present.Count >= Most)
        {
            earlier = present;
            recent = present = new();
        }
        present[digest] = found;
    }

    readonly record struct Digest(UInt128 First, UInt128 Second)
    {
        public static Digest Of(string text)
        {
            Span<UInt128> halves = stackalloc UInt128[2];
            SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan()), MemoryMarshal.AsBytes(halves));
            return new Digest(halves[0], halves[1]);
        }
    }
}
