namespace Gibbon.PluginServers.Protobuf;

/// <summary>How a field lies in a message.</summary>
internal enum WireKind
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}
