using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>What must hold between the fields of a service, and its <c>url</c>.</summary>
static class ServiceRules
{
    public static void Add(SchemaBuilder schema)
    {
        schema.Place("tags", after: "read_timeout").Place("client_certificate", after: "tags");
        schema.Conditional("protocol", static field => field.In("tcp", "tls", "udp", "grpc", "grpcs"), "path", MustBeNull);
        foreach (var name in (ReadOnlySpan<string>)["client_certificate", "tls_verify", "tls_verify_depth", "ca_certificates"])
        {
            schema.Conditional("protocol", static field => field.NotIn("https", "tls"), name, MustBeNull);
        }
        schema.Shorthand(new Field { Name = "url", Type = FieldType.String }, static value => value is string url ? Expand(url) : null);
    }

    static Field MustBeNull(Field field) => field.With(new EqualValidator(null));

    /// <summary>Takes a URL apart; what it does not say becomes null, but for the port.</summary>
    static ValueMap Expand(string url)
    {
        var parts = UrlParts.Parse(url);
        var protocol = parts.Scheme ?? parts.Port switch { 443 => "https", _ => "http" };
        return new ValueMap
        {
            ["protocol"] = protocol,
            ["host"] = parts.Host,
            ["port"] = (long)(parts.Port ?? (protocol == "https" ? 443 : 80)),
            ["path"] = parts.Path,
        };
    }
}
