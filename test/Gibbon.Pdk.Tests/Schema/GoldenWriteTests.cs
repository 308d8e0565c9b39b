using System.Text;
using System.Text.RegularExpressions;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Tests.Schemas;

/// <summary>
/// Bodies that were sent to a Kong's Admin API to create entities. Its answers are what the schemas make of the bodies: the entity with all its defaults,
/// or the same errors.
/// </summary>
public sealed partial class GoldenWriteTests
{
    static readonly SchemaOptions Options = new()
    {
        Vaults = SchemaOptions.Default.Vaults.Add("env", Schema.ForVault("env", typeof(EnvironmentVault))),
    };

    static readonly Dictionary<string, Schema> Collections = new(StringComparer.Ordinal)
    {
        ["/services"] = Schema.Of<Entities.Service>(Options),
        ["/routes"] = Schema.Of<Route>(Options),
        ["/consumers"] = Schema.Of<Consumer>(Options),
        ["/upstreams"] = Schema.Of<Upstream>(Options),
        ["/certificates"] = Schema.Of<Certificate>(Options),
        ["/ca_certificates"] = Schema.Of<CaCertificate>(Options),
        ["/snis"] = Schema.Of<Entities.Sni>(Options),
        ["/vaults"] = Schema.Of<Vault>(Options),
        ["/keys"] = Schema.Of<Key>(Options),
        ["/key-sets"] = Schema.Of<KeySet>(Options),
    };

    static readonly ValueMap[] Steps = [.. new[] { "admin-services-routes", "admin-upstreams-certs", "admin-consumers-plugins" }
        .SelectMany(static file => Conformance.ReadList($"golden/{file}.json").OfType<ValueMap>())
        .Where(static test => test.GetString("mode") == "db")
        .SelectMany(static test => test.GetList("steps")!.OfType<ValueMap>())
        .Where(static step => IsAboutTheSchema(step))];

    public static TheoryData<int, string> Numbers { get; } = [.. Steps.Select(static (step, number) =>
        new TheoryDataRow<int, string>(number, Shortened(Text(step.GetMap("request")!.Get("json")))))];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void The_schema_answers_as_Kong_did(int number, string body)
    {
        Assert.NotEmpty(body);
        var request = Steps[number].GetMap("request")!;
        var expected = Steps[number].GetMap("expect")!.GetMap("json")!;
        var schema = Collections[request.GetString("path")!];

        var errors = schema.Create(WithIds(request.GetMap("json")!), Operation.Insert, out var entity);

        if (expected.GetMap("fields") is { } fields)
        {
            Assert.NotNull(errors);
            Assert.Equal(Placeholders(Text(fields)), Placeholders(Text(errors.Fields)));
            Assert.Equal(Placeholders(expected.GetString("message")!), Placeholders(errors.Message));
            return;
        }
        Assert.Null(errors?.Message);
        Assert.Null(schema.Transform(entity));
        foreach (var (name, value) in WithIds(expected).Where(static entry => entry.Key != "snis"))
        {
            Assert.True(entity.ContainsKey(name), name);
            if (!Text(value).Contains('<', StringComparison.Ordinal))
            {
                Assert.Equal($"{name} {Text(value)}", $"{name} {Text(entity.Get(name))}");
            }
        }
        Assert.Equal(expected.Keys.Except(["snis"]).Order(StringComparer.Ordinal), entity.Keys.Except(["snis"]).Order(StringComparer.Ordinal));
    }

    /// <summary>Creations that were accepted, or refused for what the schema alone can see.</summary>
    static bool IsAboutTheSchema(ValueMap step)
    {
        var request = step.GetMap("request");
        return request?.GetString("method") == "POST"
            && Collections.ContainsKey(request.GetString("path") ?? "")
            && request.GetMap("json") is not null
            && step.GetMap("expect")?.GetMap("json") is { } answer
            && (step.GetMap("expect")!.Get("status") is 201L || answer.Get("code") is 2L)
            && !answer.ContainsKey("<any>")
            && !Text(request.Get("json")).Contains("\"service\":{\"name\"", StringComparison.Ordinal)
            && !Text(answer).Contains("already associated", StringComparison.Ordinal)
            && !Text(answer).Contains("is duplicated", StringComparison.Ordinal);
    }

    static ValueMap WithIds(ValueMap body)
    {
        Assert.True(ValueJson.TryRead(Encoding.UTF8.GetBytes(Variable().Replace(Text(body), "1f0b1c1e-6d3a-4c55-9f0a-3f8f3a1d2b4c")), out var value, out _));
        return (ValueMap)value!;
    }

    static string Text(object? value) => Encoding.UTF8.GetString(ValueJson.Write(Conformance.Sorted(value)));

    static string Shortened(string text) => text.Length < 120 ? text : text[..120];

    /// <summary>What OpenSSL says differs between its versions, the order in which Lua walks over two fields between runs.</summary>
    static string Placeholders(string text) => ForeignText().Replace(text, "$1 <any>").Replace("'jwk', 'pem'", "'<any>', '<any>'", StringComparison.Ordinal);

    [GeneratedRegex("\\{\\{\\w+\\}\\}")]
    private static partial Regex Variable();

    [GeneratedRegex("(invalid certificate:|invalid key:) .*")]
    private static partial Regex ForeignText();

    sealed record EnvironmentVault
    {
        [Match("^[%a_-][%a%d_-]*$")]
        public string? Prefix { get; init; }
    }
}
