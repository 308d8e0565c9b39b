namespace Gibbon.Pdk.Schemas;

/// <summary>Makes the subschema of a plugin: the scopes it forbids, its protocols, its configuration.</summary>
static class PluginSubschema
{
    static readonly string[] Http = ["grpc", "grpcs", "http", "https"];
    static readonly string[] All = ["grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp"];

    public static Schema Of(string name, Type config, IReadOnlyList<string> protocols, PluginScopes scopes)
    {
        var configField = SchemaReader.Config(config, SchemaOptions.Default, out var builder);
        List<Field> fields = [];
        AddForbidden(fields, scopes, PluginScopes.Consumer, "consumer", "consumers");
        AddForbidden(fields, scopes, PluginScopes.Service, "service", "services");
        AddForbidden(fields, scopes, PluginScopes.Route, "route", "routes");
        if (!scopes.HasFlag(PluginScopes.ConsumerGroup))
        {
            fields.Add(Forbidden("consumer_group", "consumer_groups") with { BeyondKong = true });
        }
        if (builder.Plugin.Fields.FirstOrDefault(static field => field.Name == "protocols") is { } own)
        {
            fields.Add(own);
        }
        else if (protocols.Count > 0)
        {
            fields.Add(Protocols(protocols));
        }
        fields.Add(configField);
        fields.AddRange(builder.Plugin.Fields.Where(static field => field.Name != "protocols"));
        return new Schema(name, fields)
        {
            EntityChecks = [.. builder.Plugin.Checks],
            Transformations = [.. builder.Transformations, .. builder.Plugin.Transformations],
        };
    }

    static void AddForbidden(List<Field> fields, PluginScopes scopes, PluginScopes scope, string name, string reference)
    {
        if (!scopes.HasFlag(scope))
        {
            fields.Add(Forbidden(name, reference));
        }
    }

    static Field Forbidden(string name, string reference) =>
        new Field { Name = name, Type = FieldType.Foreign, Reference = reference }.With(new EqualValidator(null));

    /// <summary>A plugin for HTTP allows its protocols only; any other allows all of Kong's, and those of HTTP are the default unless it names some.</summary>
    static Field Protocols(IReadOnlyList<string> protocols)
    {
        var named = protocols.ToHashSet(StringComparer.Ordinal);
        var isHttp = named.SetEquals(Http);
        return new Field
        {
            Name = "protocols",
            Type = FieldType.Set,
            Required = true,
            HasDefault = true,
            Default = isHttp || named.SetEquals(All) ? new ValueList(Http) : new ValueList(protocols),
            Elements = new Field { Type = FieldType.String }.In(isHttp ? Http : All),
        };
    }
}
