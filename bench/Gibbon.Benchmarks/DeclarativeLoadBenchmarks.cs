using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;
using Gibbon.Storage.Declarative;

namespace Gibbon.Benchmarks;

/// <summary>How long a large declarative file takes: to read, to become entities, to come into the store, to be loaded again with one change.</summary>
[MemoryDiagnoser]
[SimpleJob(launchCount: 1, warmupCount: 1, iterationCount: 3)]
public class DeclarativeLoadBenchmarks
{
    readonly EntitySchemas schemas = EntitySchemas.For(SchemaOptions.Default, []);
    DeclarativeLoader loader = null!;
    EntityStore store = null!;
    string yaml = "";
    string json = "";
    string changed = "";

    /// <summary>How many routes; each has a service of its own.</summary>
    [Params(100_000)]
    public int Routes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        loader = new DeclarativeLoader(schemas, TimeProvider.System);
        yaml = Yaml(Routes);
        json = Json(Routes);
        changed = yaml.Replace("tenants/77/", "tenants/changed/", StringComparison.Ordinal);
        store = new EntityStore(schemas);
        store.Replace(Load(yaml));
    }

    [Benchmark]
    public object? ReadYaml() => DeclarativeText.TryRead(yaml, "kong.yml", out var document, out _) ? document : null;

    [Benchmark]
    public object? ReadJson() => DeclarativeText.TryRead(json, "kong.json", out var document, out _) ? document : null;

    [Benchmark]
    public object LoadYaml() => Load(yaml);

    [Benchmark]
    public object LoadJson() => Load(json);

    [Benchmark]
    public object LoadYamlIntoEmptyStore() => new EntityStore(schemas).Replace(Load(yaml));

    [Benchmark]
    public int ReloadYamlWithOneChange()
    {
        (yaml, changed) = (changed, yaml);
        return store.Replace(Load(yaml)).Changed.Length;
    }

    DeclarativeConfiguration Load(string text) =>
        loader.TryLoad(text, null, out var configuration, out var error) ? configuration : throw new InvalidOperationException(error.Text);

    internal static string Yaml(int routes)
    {
        var text = new StringBuilder("_format_version: \"3.0\"\nservices:\n");
        for (var i = 0; i < routes; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"""
                - name: service-{i}
                  url: http://10.{(i >> 16) & 255}.{(i >> 8) & 255}.{i & 255}:8080
                  routes:
                  - name: route-{i}
                    paths:
                    - /api/v1/tenants/{i}/orders
                    hosts: [h{i % 1000}.example.com]

                """);
        }
        return text.ToString();
    }

    internal static string Json(int routes)
    {
        var text = new StringBuilder("{\"_format_version\":\"3.0\",\"services\":[");
        for (var i = 0; i < routes; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                {{(i == 0 ? "" : ",")}}{"name":"service-{{i}}","url":"http://10.{{(i >> 16) & 255}}.{{(i >> 8) & 255}}.{{i & 255}}:8080","routes":[
                {"name":"route-{{i}}","paths":["/api/v1/tenants/{{i}}/orders"],"hosts":["h{{i % 1000}}.example.com"]}]}
                """);
        }
        return text.Append("]}").ToString();
    }
}
