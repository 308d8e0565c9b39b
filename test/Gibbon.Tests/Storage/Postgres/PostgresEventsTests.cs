using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gibbon.Pdk.Schemas;
using Gibbon.Recordings;
using Gibbon.Storage;

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>What other nodes are told of each kind of write is what Kong 3.9.1 tells them.</summary>
public sealed class PostgresEventsTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly Dictionary<string, string> ids = [];

    [Fact]
    public async Task Every_write_tells_what_Kong_tells()
    {
        await using var store = await PostgresStore.OpenAsync(database);
        ids["ws"] = store.Workspace.ToString();
        var (certificate, key) = Pem("CN=leaf", isAuthority: false);
        var (authority, _) = Pem("CN=root", isAuthority: true);
        (string Write, Func<Task> Action)[] writes =
        [
            ("service create", () => Insert("services", "service", new() { ["name"] = "es", ["host"] = "h" })),
            ("service update", () => Update("services", "service", new() { ["host"] = "h2" })),
            ("service upsert (PUT, exists)", () => Upsert("services", "service", new() { ["name"] = "es", ["host"] = "h3" })),
            ("route create", () => Insert("routes", "route", new() { ["name"] = "er", ["paths"] = new ValueList { "/er" } })),
            ("route update", () => Update("routes", "route", new() { ["paths"] = new ValueList { "/er2" } })),
            ("consumer create", () => Insert("consumers", "consumer", new() { ["username"] = "eu" })),
            ("consumer rename", () => Update("consumers", "consumer", new() { ["username"] = "eu2" })),
            ("plugin create (service)", () => Insert("plugins", "plugin", new() { ["name"] = "cors", ["service"] = Reference("service") })),
            ("plugin update", () => Update("plugins", "plugin", new() { ["enabled"] = false })),
            ("plugin delete", () => Delete("plugins", "plugin")),
            ("key-auth credential create", () => Insert("keyauth_credentials", "credential", new() { ["key"] = "k1", ["consumer"] = Reference("consumer") })),
            ("key-auth credential update of key", () => Update("keyauth_credentials", "credential", new() { ["key"] = "k2" })),
            ("key-auth credential delete", () => Delete("keyauth_credentials", "credential")),
            ("acl create", () => Insert("acls", "acl", new() { ["group"] = "g1", ["consumer"] = Reference("consumer") })),
            ("upstream create", () => Insert("upstreams", "upstream", new() { ["name"] = "eup" })),
            ("upstream update", () => Update("upstreams", "upstream", new() { ["slots"] = 100L })),
            ("target create", () => Insert("targets", "target", new() { ["target"] = "127.0.0.1:1", ["upstream"] = Reference("upstream") })),
            ("target update", () => Update("targets", "target", new() { ["weight"] = 5L })),
            ("target delete", () => Delete("targets", "target")),
            ("upstream delete", () => Delete("upstreams", "upstream")),
            ("certificate create", () => Insert("certificates", "certificate", new() { ["cert"] = certificate, ["key"] = key })),
            ("sni create", () => Insert("snis", "sni", new() { ["name"] = "x.y.test", ["certificate"] = Reference("certificate") })),
            ("sni rename", () => Update("snis", "sni", new() { ["name"] = "z.y.test" })),
            ("certificate update", () => Update("certificates", "certificate", new() { ["tags"] = new ValueList { "t" } })),
            ("certificate delete (with sni)", () => Delete("certificates", "certificate")),
            ("ca certificate create", () => Insert("ca_certificates", "ca", new() { ["cert"] = authority })),
            ("ca certificate delete", () => Delete("ca_certificates", "ca")),
            ("vault create", () => Insert("vaults", "vault", new() { ["prefix"] = "ev", ["name"] = "env" })),
            ("vault update", () => Update("vaults", "vault", new() { ["description"] = "d" })),
            ("vault delete", () => Delete("vaults", "vault")),
            ("key set create", () => Insert("key_sets", "key-set", new() { ["name"] = "eks" })),
            ("key-set delete", () => Delete("key_sets", "key-set")),
            ("route delete", () => Delete("routes", "route")),
            ("consumer delete (cascades acl)", () => Delete("consumers", "consumer")),
            ("service delete", () => Delete("services", "service")),
        ];
        var recorded = JsonNode.Parse(RecordedFiles.Read("recorded/postgres/cluster-events-per-write.json"))!["writes"]!.AsArray()
            .ToDictionary(static write => (string)write!["write"]!, static write => write!["events"]!.AsArray());
        foreach (var (write, action) in writes)
        {
            database.Execute("TRUNCATE cluster_events");
            await action();
            Assert.Equal([write, .. Expected(recorded[write])], [write, .. Written()]);
        }

        Task Insert(string kind, string name, ValueMap values) => KeepAsync(name, store.Values(kind).InsertAsync(values));
        Task Update(string kind, string name, ValueMap values) => KeepAsync(name, store.Values(kind).UpdateAsync(Guid.Parse(ids[name]), values));
        Task Upsert(string kind, string name, ValueMap values) => KeepAsync(name, store.Values(kind).UpsertAsync(Guid.Parse(ids[name]), values));
        async Task Delete(string kind, string name) => Assert.Null((await store.Values(kind).DeleteAsync(Guid.Parse(ids[name]))).Error);
    }

    [Fact]
    public async Task A_row_is_as_Kong_writes_it_and_nobody_hears_of_what_did_not_happen()
    {
        await using var store = await PostgresStore.OpenAsync(database);
        database.Execute("TRUNCATE cluster_events");
        Assert.Null((await store.Values("upstreams").InsertAsync(new() { ["name"] = "once" })).Error);
        Assert.NotNull((await store.Values("upstreams").InsertAsync(new() { ["name"] = "once" })).Error);
        Assert.Equal(
            $"2|{store.Node}|t|t|t",
            database.Text(
                """
                SELECT concat_ws('|', count(*), min(node_id::text), bool_and(nbf IS NULL), bool_and(expire_at - at BETWEEN interval '59 minutes' AND interval '1 hour'),
                    bool_and(at = date_trunc('milliseconds', at) AND at < now() + interval '1 second')) FROM cluster_events
                """));
    }

    [Fact]
    public async Task Of_many_changes_each_tells_its_key_and_all_together_tell_once_what_follows_after_it()
    {
        const int Count = 1500;
        await using var store = await PostgresStore.OpenAsync(database);
        var (services, routes) = (store.Tables["services"].Schema, store.Tables["routes"].Schema);
        var service = Made(services, new() { ["name"] = "many", ["host"] = "h" });
        List<ValueMap> made = [.. Enumerable.Range(0, Count).Select(i => Made(routes, new() { ["paths"] = new ValueList { $"/many/{i}" }, ["service"] = new ValueMap { ["id"] = service["id"] } }))];
        database.Execute("TRUNCATE cluster_events");

        Assert.Null((await store.Entities.WriteAsync([EntityWrite.Insert(services, service), .. made.Select(route => EntityWrite.Insert(routes, route))])).Error);

        var told = database.Rows("SELECT data FROM cluster_events WHERE channel = 'invalidations_kong_core_db_cache' ORDER BY at").Select(static row => row[0]!).ToList();
        string Key(string kind, ValueMap entity) => $"{kind}:{entity.GetString("id")}:::::{store.Workspace}";
        Assert.Equal([Key("services", service), .. made.Select(route => Key("routes", route)), "router:version"], told);
        // Whoever reads pages by the time misses none, and the last one lies no further ahead than others remember.
        Assert.Equal(
            $"{Count + 2}|t|t",
            database.Text("SELECT concat_ws('|', count(DISTINCT at), min(at) > now() - interval '1 minute', max(at) < now() + interval '5 seconds') FROM cluster_events"));

        ValueMap Made(Schema schema, ValueMap values)
        {
            Assert.Null(schema.Create(values, Operation.Insert, out var entity)?.Message);
            return entity;
        }
    }

    private ValueMap Reference(string name) => new() { ["id"] = ids[name] };

    private async Task KeepAsync(string name, ValueTask<Pdk.EntityResult<ValueMap>> writing)
    {
        var (entity, error) = await writing;
        Assert.True(entity is not null, error?.ToString());
        ids[name] = entity.GetString("id")!;
    }

    // Readers drop keys: in which order, and whether twice, makes no difference to them, but for vaults nobody is told twice.
    private IEnumerable<string> Expected(JsonArray events) => events.Select(told => $"{told!["channel"]} {Here((string)told["data"]!)}")
        .Where(told => told != $"invalidations acls:{ids.GetValueOrDefault("consumer")}:::::{ids["ws"]}")
        .Order(StringComparer.Ordinal).Distinct();

    private IEnumerable<string> Written() => database.Rows("SELECT channel || ' ' || data FROM cluster_events").Select(static row => row[0]!)
        .Order(StringComparer.Ordinal).Distinct();

    private string Here(string data) => ids.Aggregate(data, static (text, id) => text.Replace($"<id:{id.Key}>", id.Value, StringComparison.Ordinal));

    private static (string Certificate, string Key) Pem(string name, bool isAuthority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        if (isAuthority)
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(5));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
