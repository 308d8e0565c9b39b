using System.Collections.Immutable;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>The fields a route of each group of protocols must have and must not have.</summary>
static class RouteSubschemas
{
    public static void Add(SchemaBuilder schema, bool hasExpressions)
    {
        var http = Http(hasExpressions);
        var stream = Stream(hasExpressions);
        var grpc = Grpc(hasExpressions);
        schema.Subschema("http", http).Subschema("https", http);
        schema.Subschema("tcp", stream).Subschema("tls", stream).Subschema("udp", stream).Subschema("tls_passthrough", stream);
        schema.Subschema("grpc", grpc).Subschema("grpcs", grpc);
    }

    static Schema Http(bool hasExpressions) => new(
        "http",
        hasExpressions ? [] : Forbidden("'protocols' is 'http' or 'https'", "sources", "destinations"))
    {
        EntityChecks =
        [
            OneOf(
                "https",
                Names(hasExpressions, "methods", "hosts", "headers", "paths", "snis"),
                "'protocols' is 'https'",
                "http",
                Names(hasExpressions, "methods", "hosts", "headers", "paths"),
                "'protocols' is 'http'"),
        ],
    };

    static Schema Grpc(bool hasExpressions) => new(
        "grpc",
        [
            new Field
            {
                Name = "strip_path",
                Type = FieldType.Boolean,
                Required = true,
                HasDefault = true,
                Default = false,
                Error = "cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs'",
            }.With(new NotEqualValidator(true)),
            .. Forbidden("'protocols' is 'grpc' or 'grpcs'", hasExpressions ? ["methods"] : ["methods", "sources", "destinations"]),
        ])
    {
        EntityChecks =
        [
            OneOf(
                "grpcs",
                Names(hasExpressions, "hosts", "headers", "paths", "snis"),
                "'protocols' is 'grpcs'",
                "grpc",
                Names(hasExpressions, "hosts", "headers", "paths"),
                "'protocols' is 'grpc'"),
        ],
    };

    static Schema Stream(bool hasExpressions) => new(
        "stream",
        Forbidden("'protocols' is 'tcp', 'tls', 'tls_passthrough' or 'udp'", "methods", "hosts", "paths", "headers"))
    {
        EntityChecks =
        [
            new ConditionalAtLeastOneOfCheck(
                "protocols",
                Containing("tcp", "tls", "udp"),
                Names(hasExpressions, "sources", "destinations", "snis"))
            {
                ThenError = "must set one of %s when 'protocols' is 'tcp', 'tls' or 'udp'",
            },
            new ConditionalAtLeastOneOfCheck("protocols", Containing("tls_passthrough"), Names(hasExpressions, "snis"))
            {
                ThenError = hasExpressions ? "must set one of %s when 'protocols' is 'tls_passthrough'" : "must set snis when 'protocols' is 'tls_passthrough'",
            },
        ],
    };

    static ConditionalAtLeastOneOfCheck OneOf(
        string first, ImmutableArray<string> then, string thenWhen, string second, ImmutableArray<string> otherwise, string elseWhen) =>
        new("protocols", ConditionalCheck.Open.With(new ContainsValidator(first)), then)
        {
            ThenError = $"must set one of %s when {thenWhen}",
            ElseMatch = ConditionalCheck.Open.With(new ContainsValidator(second)),
            Else = otherwise,
            ElseError = $"must set one of %s when {elseWhen}",
        };

    static Field Containing(params ReadOnlySpan<string> protocols) =>
        ConditionalCheck.Open with { Elements = new Field { Type = FieldType.String }.In(protocols) };

    static ImmutableArray<string> Names(bool hasExpressions, params ReadOnlySpan<string> names) => hasExpressions ? [.. names, "expression"] : [.. names];

    static IEnumerable<Field> Forbidden(string when, params string[] names) => names.Select(name =>
        new Field { Name = name, Type = FieldTypeOf(name), Error = $"cannot set '{name}' when {when}" }.With(new EqualValidator(null)));

    static FieldType FieldTypeOf(string name) => name switch
    {
        "headers" => FieldType.Map,
        "hosts" or "paths" => FieldType.Array,
        _ => FieldType.Set,
    };
}
