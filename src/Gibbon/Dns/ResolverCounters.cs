using System.Collections.Concurrent;

namespace Gibbon.Dns;

/// <summary>
/// How often the resolver was asked for each name, where its answers came from, and what the name servers said: <c>/status/dns</c>. The words are
/// Kong's. As many names are counted as are remembered; who comes later is not.
/// </summary>
internal sealed class ResolverCounters(int mostNames)
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, long>> _questions = new(StringComparer.Ordinal);

    /// <summary>A question to the name servers has been answered, or has not.</summary>
    /// <param name="name">What was asked for.</param>
    /// <param name="type">The kind of records.</param>
    /// <param name="error">Why there are none; null when there are.</param>
    /// <param name="isSilent">Whether no server answered at all.</param>
    /// <param name="duration">How long it took.</param>
    public void Asked(string name, RecordType type, string? error, bool isSilent, TimeSpan duration)
    {
        string question = $"{name}|{type.Name()}";
        if (!_questions.TryGetValue(question, out ConcurrentDictionary<string, long>? counts))
        {
            if (_questions.Count >= mostNames)
            {
                return;
            }

            counts = _questions.GetOrAdd(question, static _ => new ConcurrentDictionary<string, long>(StringComparer.Ordinal));
        }

        Count(counts, "query");
        Count(counts, error is null ? "query_succ" : isSilent ? "query_fail_nameserver" : "query_fail:" + Words(error));
        counts["query_last_time"] = (long)duration.TotalMilliseconds;
    }

    /// <summary>All numbers so far, by question.</summary>
    public IEnumerable<KeyValuePair<string, IReadOnlyDictionary<string, long>>> Questions =>
        _questions.Select(static question => KeyValuePair.Create(question.Key, (IReadOnlyDictionary<string, long>)question.Value));

    // "dns server error: 3 name error" is counted as "name error".
    private static string Words(string error) => error.LastIndexOf(": ", StringComparison.Ordinal) is >= 0 and var at
        ? error[(at + 2)..].TrimStart([.. "0123456789 "])
        : error;

    private static void Count(ConcurrentDictionary<string, long> counts, string what) => counts.AddOrUpdate(what, 1, static (_, count) => count + 1);
}
