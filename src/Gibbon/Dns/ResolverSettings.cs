using System.Collections.Immutable;
using System.Net;

namespace Gibbon.Dns;

/// <summary>Whom the resolver asks, for what, and how long it believes the answers: Kong's <c>dns_*</c> or <c>resolver_*</c> settings and what <c>/etc/resolv.conf</c> adds.</summary>
internal sealed record ResolverSettings
{
    /// <summary><c>new_dns_client</c>: SRV only for names that look like a service's, no CNAME questions, other times for failures.</summary>
    public bool NewClient { get; init; }

    /// <summary>The name servers, in the order in which they are asked.</summary>
    public ImmutableArray<IPEndPoint> Servers { get; init; } = [];

    /// <summary>Names with addresses of their own, which no server is asked for.</summary>
    public HostsFile Hosts { get; init; } = HostsFile.Parse("");

    /// <summary>What is appended to names with fewer dots than <see cref="Ndots"/>.</summary>
    public ImmutableArray<string> Search { get; init; } = [];

    public int Ndots { get; init; } = 1;

    /// <summary>How long one server has for one answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a question is asked before it counts as unanswered.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Whether each question begins with another server, instead of with the first.</summary>
    public bool Rotate { get; init; }

    /// <summary>Record types in the order in which they are asked for; null stands for the type that the name had last (<c>LAST</c>).</summary>
    public ImmutableArray<RecordType?> Order { get; init; } = [null, RecordType.Srv, RecordType.A, RecordType.Cname];

    /// <summary>How long an answer is fresh, whatever its records say (<c>dns_valid_ttl</c>); null for what they say.</summary>
    public TimeSpan? ValidTime { get; init; }

    /// <summary>How long after that an answer may still be used while it is looked up again (<c>dns_stale_ttl</c>).</summary>
    public TimeSpan StaleTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long "there is no such name" is believed (<c>dns_not_found_ttl</c>).</summary>
    public TimeSpan NotFoundTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long another failure is believed (<c>dns_error_ttl</c>).</summary>
    public TimeSpan ErrorTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many names are remembered (<c>dns_cache_size</c>).</summary>
    public int CacheSize { get; init; } = 10_000;

    /// <summary>Everybody who waits for a name asks for it himself (<c>dns_no_sync</c>).</summary>
    public bool NoSync { get; init; }

    /// <summary>Whether others with these settings ask the same servers the same questions.</summary>
    public bool AsksLike(ResolverSettings other) => NewClient == other.NewClient && Ndots == other.Ndots
        && Servers.SequenceEqual(other.Servers) && Search.SequenceEqual(other.Search) && Order.SequenceEqual(other.Order);
}
