namespace Gibbon.Plugins.Shared.Protobuf;

/// <summary>The type of a field.</summary>
enum ProtoKind
{
    Double,
    Float,
    Int32,
    Int64,
    UInt32,
    UInt64,
    SInt32,
    SInt64,
    Fixed32,
    Fixed64,
    SFixed32,
    SFixed64,
    Bool,
    String,
    Bytes,
    Enum,
    Message,
}

static class ProtoKinds
{
    static readonly Dictionary<string, ProtoKind> Scalars = Enum.GetValues<ProtoKind>()
        .Where(kind => kind < ProtoKind.Enum)
        .ToDictionary(kind => kind.ToString().ToLowerInvariant());

    /// <summary>The scalar type of a name: <c>sint32</c>.</summary>
    public static bool TryParse(string name, out ProtoKind kind) => Scalars.TryGetValue(name, out kind);

    public static WireType Wire(this ProtoKind kind) => kind switch
    {
        ProtoKind.Double or ProtoKind.Fixed64 or ProtoKind.SFixed64 => WireType.Fixed64,
        ProtoKind.Float or ProtoKind.Fixed32 or ProtoKind.SFixed32 => WireType.Fixed32,
        ProtoKind.String or ProtoKind.Bytes or ProtoKind.Message => WireType.Bytes,
        _ => WireType.Varint,
    };
}
