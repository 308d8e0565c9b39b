namespace Gibbon.Plugins.Shared.Protobuf;

/// <summary>A field of a message.</summary>
/// <param name="name">Its name, as the file writes it.</param>
/// <param name="number">Its number.</param>
/// <param name="typeName">The name of its type, as the file writes it.</param>
sealed class ProtoField(string name, int number, string typeName)
{
    public string Name { get; } = name;

    public int Number { get; } = number;

    public string TypeName { get; } = typeName;

    /// <summary>Its type; of what is no scalar known when the file has been linked.</summary>
    public ProtoKind Kind { get; set; }

    public bool IsRepeated { get; init; }

    /// <summary>Whether it is a map: repeated messages of a key (1) and a value (2).</summary>
    public bool IsMap { get; init; }

    /// <summary>Whether it is there only if it was set: it has no default value.</summary>
    public bool HasPresence { get; init; }

    /// <summary>Whether repeated numbers are written in one block.</summary>
    public bool IsPacked { get; init; }

    /// <summary>The type of a field that is a message.</summary>
    public ProtoMessage? Message { get; set; }

    /// <summary>The type of a field that is an enumeration.</summary>
    public ProtoEnum? Enum { get; set; }

    /// <summary>Whether it shows its default value when it is not there.</summary>
    public bool HasDefault => !HasPresence && !IsRepeated && Kind != ProtoKind.Message;
}
