using System.Text;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Tests.Schemas;

/// <summary><c>GET /schemas/…</c> of a Kong 3.9.1 and of the C# records.</summary>
public sealed class RecordedSchemaTests
{
    static readonly SchemaOptions Options = new()
    {
        Vaults = SchemaOptions.Default.Vaults.Add("env", Schema.ForVault("env", typeof(EnvironmentVault))),
    };

    public static TheoryData<string, Type> CoreEntities { get; } = new()
    {
        { "services", typeof(Entities.Service) },
        { "routes", typeof(Route) },
        { "consumers", typeof(Consumer) },
        { "plugins", typeof(Entities.Plugin) },
        { "upstreams", typeof(Upstream) },
        { "targets", typeof(Target) },
        { "certificates", typeof(Certificate) },
        { "snis", typeof(Entities.Sni) },
        { "ca_certificates", typeof(CaCertificate) },
        { "vaults", typeof(Vault) },
        { "keys", typeof(Key) },
        { "key_sets", typeof(KeySet) },
        { "filter_chains", typeof(FilterChain) },
        { "workspaces", typeof(Workspace) },
        { "tags", typeof(TagUse) },
        { "parameters", typeof(Parameter) },
        { "clustering_data_planes", typeof(ClusteringDataPlane) },
    };

    [Theory]
    [MemberData(nameof(CoreEntities))]
    public void A_core_entity_is_described_as_Kong_describes_it(string name, Type type) =>
        AssertSame(Conformance.Read($"recorded/schemas/entities/{name}.json"), Schema.Of(type, Options).Describe());

    [Fact]
    public void A_route_has_an_expression_only_with_that_router() => AssertSame(
        Conformance.Read("recorded/schemas/entities/routes.expressions-flavor.json"),
        Schema.Of<Route>(new SchemaOptions { RouterFlavor = RouterFlavor.Expressions }).Describe());

    [Fact]
    public void A_kind_of_vault_is_described_by_its_configuration() =>
        AssertSame(Conformance.Read("recorded/schemas/vaults/env.json"), Options.Vaults["env"].Describe());

    static void AssertSame(ValueMap expected, ValueMap actual) => Assert.Equal(Lines(expected), Lines(actual));

    /// <summary>One line for each field and each check: a difference then shows where it is.</summary>
    static string Lines(ValueMap schema)
    {
        var text = new StringBuilder();
        foreach (var (part, list) in schema.OrderBy(static entry => entry.Key, StringComparer.Ordinal))
        {
            foreach (var item in (ValueList)list!)
            {
                text.Append(part).Append(' ').AppendLine(Encoding.UTF8.GetString(ValueJson.Write(Conformance.Sorted(item))));
            }
        }
        return text.ToString();
    }

    sealed record EnvironmentVault
    {
        [Match("^[%a_-][%a%d_-]*$")]
        public string? Prefix { get; init; }
    }
}
