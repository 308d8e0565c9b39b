using System.Globalization;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>What a target's address must be, and how it is written in the store.</summary>
static class TargetRules
{
    const int DefaultPort = 8000;

    public static void Add(SchemaBuilder schema)
    {
        schema.Place("tags", after: "weight");
        schema.Change("created_at", static field => field with { Type = FieldType.Number });
        schema.Change("updated_at", static field => field with { Type = FieldType.Number });
        schema.Validate("target", static address => Normalize((string)address) is null ? $"Invalid target ('{address}'); not a valid hostname or ip address" : null);
        schema.Transform(new Transformation
        {
            Input = ["target"],
            OnWrite = static entity => new ValueMap { ["target"] = Normalize(entity.GetString("target")!) },
        });
    }

    /// <summary><c>host:port</c>, IPv6 in brackets and in full; <c>null</c> when the address is none.</summary>
    public static string? Normalize(string address)
    {
        var parsed = HostAndPort.Parse(address);
        if (parsed.Error is not null)
        {
            return null;
        }
        var host = parsed.Kind == HostKind.V6 ? $"[{parsed.Host}]" : parsed.Host;
        return string.Create(CultureInfo.InvariantCulture, $"{host}:{parsed.Port ?? DefaultPort}");
    }
}
