using System.Collections.Concurrent;
using System.Collections.Immutable;
using Gibbon.Clustering.Compatibility;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;
using Gibbon.Storage.Declarative;

namespace Gibbon.Clustering.ControlPlanes;

/// <summary>
/// One version of the configuration as data planes get it: compressed once for all of them, and once more for each older version that one of them has.
/// Only the compressed texts are kept.
/// </summary>
internal sealed class PushedConfiguration
{
    private readonly EntitySchemas _schemas;
    private readonly ConcurrentDictionary<(string Version, bool IsGibbon), Lazy<Variant>> _variants = new();
    private readonly Variant _whole;
    private readonly bool _hasMoreThanKong;

    private PushedConfiguration(EntitySchemas schemas, ValueMap table, ConfigurationHashes hashes, double timestamp)
    {
        _schemas = schemas;
        Hash = hashes.Configuration;
        Plugins = [.. (table.GetList("plugins") ?? []).OfType<ValueMap>().Select(static plugin => plugin.GetString("name")!)];
        int routes = table.GetList("routes")?.Count ?? 0;
        int expressions = (table.GetList("routes") ?? []).OfType<ValueMap>().Count(static route => route.Get("expression") is string);
        HasMixedRoutes = expressions > 0 && expressions < routes;
        _whole = new Variant(Gzip.DeflateJson(Message(table, hashes, timestamp)), []);
        _hasMoreThanKong = DeclarativeTable.RemoveBeyondKong(schemas, table);
        if (_hasMoreThanKong)
        {
            _variants[(KongVersion.Current, false)] = new Lazy<Variant>(new Variant(Gzip.DeflateJson(Message(table, hashes, timestamp)), []));
        }
    }

    /// <summary>The hash of all of it, whatever a data plane gets.</summary>
    public string Hash { get; }

    /// <summary>The plugins that are configured.</summary>
    public ImmutableHashSet<string> Plugins { get; }

    /// <summary>Whether there are routes with expressions beside others.</summary>
    public bool HasMixedRoutes { get; }

    /// <param name="schemas">The kinds of entities.</param>
    /// <param name="table">The configuration; taken over.</param>
    /// <param name="now">The time that the message names.</param>
    public static PushedConfiguration Of(EntitySchemas schemas, ValueMap table, DateTimeOffset now) =>
        new(schemas, table, ConfigurationHash.OfTable(table), now.ToUnixTimeMilliseconds() / 1000d);

    /// <summary>What a data plane gets, and what the log is to say of that.</summary>
    /// <param name="version">The data plane's version.</param>
    /// <param name="isGibbon">Whether it is one of ours, which knows what Kong does not.</param>
    public Variant For(string version, bool isGibbon)
    {
        bool isCurrent = KongVersion.Number(version) == KongVersion.Number(KongVersion.Current);
        return isCurrent && (isGibbon || !_hasMoreThanKong)
            ? _whole
            : _variants.GetOrAdd((isCurrent ? KongVersion.Current : version, isGibbon), static (wanted, self) => new Lazy<Variant>(() => self.Reduce(wanted)), this).Value;
    }

    private Variant Reduce((string Version, bool IsGibbon) wanted)
    {
        Gzip.TryReadJson(_whole.Text, out object? read);
        var message = (ValueMap)read!;
        ValueMap table = message.GetMap("config_table")!;
        bool changed = !wanted.IsGibbon && DeclarativeTable.RemoveBeyondKong(_schemas, table);
        Reduction reduction = new(table, wanted.Version);
        reduction.Apply();
        return changed || reduction.HasChanged ? new Variant(Gzip.DeflateJson(message), [.. reduction.Notes]) : _whole;
    }

    private static ValueMap Message(ValueMap table, ConfigurationHashes hashes, double timestamp) => new()
    {
        ["type"] = "reconfigure",
        ["timestamp"] = timestamp,
        ["config_table"] = table,
        ["config_hash"] = hashes.Configuration,
        ["hashes"] = new ValueMap
        {
            ["config"] = hashes.Configuration,
            ["routes"] = hashes.Routes,
            ["services"] = hashes.Services,
            ["plugins"] = hashes.Plugins,
            ["upstreams"] = hashes.Upstreams,
            ["targets"] = hashes.Targets,
        },
    };

    /// <summary>A message as it is sent, and what was taken out of it.</summary>
    internal sealed record Variant(byte[] Text, ImmutableArray<string> Notes);
}
