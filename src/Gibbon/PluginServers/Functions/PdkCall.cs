using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.PluginServers.Functions;

/// <summary>One call of a function of the kit, with its arguments; complaints about these are Kong's.</summary>
internal sealed class PdkCall(PdkCaller caller, IReadOnlyList<object?> arguments)
{
    /// <summary>Headers and arguments that are read if nobody says how many.</summary>
    private const int NoLimitSaid = 100;

    public PdkCaller Caller => caller;

    public RequestContext Context => caller.Context;

    public IReadOnlyList<object?> Arguments => arguments;

    public object? this[int place] => place < arguments.Count ? arguments[place] : null;

    public string Text(int place, string complaint) => TextOrNull(place) ?? throw new KongArgumentException(complaint);

    public string? TextOrNull(int place) => this[place] switch
    {
        string text => text,
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        _ => null,
    };

    public byte[]? BytesOrNull(int place) => this[place] switch
    {
        string text => Encoding.UTF8.GetBytes(text),
        byte[] bytes => bytes,
        _ => null,
    };

    public bool Flag(int place) => this[place] is not (null or false);

    public int Status(int place) => this[place] is long or double ? Whole(place) ?? 0 : throw new KongArgumentException("code must be a number");

    public int Integer(int place, string name) => Whole(place) ?? throw new KongArgumentException($"{name} must be an integer");

    public int Limit(int place, string name) => this[place] switch
    {
        null => NoLimitSaid,
        long or double => Whole(place) ?? NoLimitSaid,
        _ => throw new KongArgumentException($"{name} must be a number"),
    };

    public long? Size(int place) => this[place] switch
    {
        long size => size,
        double size => (long)size,
        _ => null,
    };

    public ValueMap Map(int place, string complaint) => MapOrNull(place) ?? throw new KongArgumentException(complaint);

    /// <summary>A map; an empty list is one, as in Lua.</summary>
    public ValueMap? MapOrNull(int place) => this[place] switch
    {
        ValueMap map => map,
        ValueList { Count: 0 } => [],
        _ => null,
    };

    private int? Whole(int place) => this[place] switch
    {
        long whole => (int)Math.Clamp(whole, int.MinValue, int.MaxValue),
        double number when number == Math.Floor(number) => (int)Math.Clamp(number, int.MinValue, int.MaxValue),
        _ => null,
    };
}
