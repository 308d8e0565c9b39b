namespace Gibbon.Plugins.Shared.Protobuf;

/// <summary>A type of messages.</summary>
/// <param name="fullName">Its name with its package: <c>shop.Order</c>.</param>
sealed class ProtoMessage(string fullName)
{
    readonly List<ProtoField> fields = [];
    readonly Dictionary<string, int> byName = [];
    readonly Dictionary<int, int> byNumber = [];

    public string FullName { get; } = fullName;

    /// <summary>The fields in the order of the file.</summary>
    public IReadOnlyList<ProtoField> Fields => fields;

    /// <summary>Whether messages of this type travel as texts in JSON.</summary>
    public bool IsTimestamp => FullName == "google.protobuf.Timestamp";

    public bool Add(ProtoField field)
    {
        if (!byName.TryAdd(field.Name, fields.Count) || !byNumber.TryAdd(field.Number, fields.Count))
            return false;

        fields.Add(field);
        return true;
    }

    public ProtoField? Find(string name) => byName.TryGetValue(name, out var index) ? fields[index] : null;

    /// <returns>Its place in <see cref="Fields"/>; -1 if there is none.</returns>
    public int IndexOf(int number) => byNumber.TryGetValue(number, out var index) ? index : -1;
}
