using System.Collections.Immutable;
using System.Net;

namespace Gibbon.Settings;

/// <summary>Names to addresses. With <see cref="NewClient"/> the values come from <c>resolver_*</c>, else from <c>dns_*</c>.</summary>
internal sealed record DnsSettings
{
    /// <summary><c>new_dns_client</c>: Kong's newer resolver semantics.</summary>
    public required bool NewClient { get; init; }

    /// <summary>Name servers; empty: those of <c>/etc/resolv.conf</c>.</summary>
    public required ImmutableArray<IPEndPoint> Resolvers { get; init; }

    public required string HostsFile { get; init; }

    /// <summary>Record types in the order they are tried, upper case: <c>LAST</c>, <c>SRV</c>, <c>A</c>, <c>AAAA</c>, <c>CNAME</c>.</summary>
    public required ImmutableArray<string> Order { get; init; }

    /// <summary>Replaces the TTL of good answers; null: the answer's own.</summary>
    public required TimeSpan? ValidTtl { get; init; }

    /// <summary>How long an expired answer may be used while it is refreshed.</summary>
    public required TimeSpan StaleTtl { get; init; }

    public required TimeSpan NotFoundTtl { get; init; }
    public required TimeSpan ErrorTtl { get; init; }

    /// <summary>Cached names.</summary>
    public required int CacheSize { get; init; }

    /// <summary>Equal questions are asked side by side instead of once.</summary>
    public required bool NoSync { get; init; }

    public static DnsSettings From(SettingReader read)
    {
        var newer = read.Flag("new_dns_client");
        var resolvers = ReadResolvers(read, "dns_resolver");
        var newResolvers = ReadResolvers(read, "resolver_address");
        var order = ReadWords(read, "dns_order", "LAST", "A", "AAAA", "CNAME", "SRV");
        var family = ReadWords(read, "resolver_family", "A", "AAAA", "SRV");
        CheckHostsFile(read, "dns_hostsfile");
        CheckHostsFile(read, "resolver_hosts_file");
        return new DnsSettings
        {
            NewClient = newer,
            Resolvers = newer ? newResolvers : resolvers,
            HostsFile = read.Word(newer ? "resolver_hosts_file" : "dns_hostsfile"),
            Order = newer ? family : order,
            ValidTtl = read.OptionalSeconds(newer ? "resolver_valid_ttl" : "dns_valid_ttl"),
            StaleTtl = read.Seconds(newer ? "resolver_stale_ttl" : "dns_stale_ttl"),
            NotFoundTtl = read.Seconds(newer ? "resolver_error_ttl" : "dns_not_found_ttl"),
            ErrorTtl = read.Seconds(newer ? "resolver_error_ttl" : "dns_error_ttl"),
            CacheSize = read.Whole(newer ? "resolver_lru_cache_size" : "dns_cache_size") ?? 0,
            NoSync = read.Flag("dns_no_sync"),
        };
    }

    private static ImmutableArray<IPEndPoint> ReadResolvers(SettingReader read, string name)
    {
        var resolvers = ImmutableArray.CreateBuilder<IPEndPoint>();
        foreach (var entry in read.List(name))
        {
            // IPEndPoint would take "53" for an address of one number.
            if (IPEndPoint.TryParse(entry, out var resolver) && entry.AsSpan().ContainsAny('.', ':'))
                resolvers.Add(resolver.Port == 0 ? new IPEndPoint(resolver.Address, 53) : resolver);
            else
                read.Fail($"{name} must be a comma separated list in the form of IPv4/6 or IPv4/6:port, got '{entry}'");
        }

        return resolvers.ToImmutable();
    }

    private static ImmutableArray<string> ReadWords(SettingReader read, string name, params ReadOnlySpan<string> allowed)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        foreach (var entry in read.List(name))
        {
            var word = entry.ToUpperInvariant();
            if (allowed.Contains(word))
                words.Add(word);
            else
                read.Fail($"{name}: invalid entry '{entry}'");
        }

        return words.ToImmutable();
    }

    private static void CheckHostsFile(SettingReader read, string name)
    {
        if (read.Text(name) is { } path && !File.Exists(path))
            read.Fail($"{name}: file does not exist");
    }
}
