namespace Gibbon.Plugins.Shared.Protobuf;

/// <summary>An enumeration.</summary>
sealed class ProtoEnum
{
    readonly Dictionary<string, int> numbers = [];
    readonly Dictionary<int, string> names = [];

    public void Add(string name, int number)
    {
        numbers[name] = number;
        names.TryAdd(number, name);
    }

    public int? NumberOf(string name) => numbers.TryGetValue(name, out var number) ? number : null;

    public string? NameOf(int number) => names.GetValueOrDefault(number);
}
