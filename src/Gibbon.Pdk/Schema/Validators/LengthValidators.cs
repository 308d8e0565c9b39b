using System.Text;

namespace Gibbon.Pdk.Schemas;

/// <summary>The only length allowed: of a text in bytes, of a list in elements, of a map in entries.</summary>
public sealed record ExactLengthValidator(long Length) : Validator
{
    internal override int Rank => 9;

    /// <inheritdoc/>
    public override string Name => "len_eq";

    /// <inheritdoc/>
    public override object? Argument => Length;

    /// <inheritdoc/>
    public override string? Check(object value) => LengthOf.Value(value) == Length ? null : $"length must be {Length}";
}

/// <summary>The smallest length allowed.</summary>
public sealed record LeastLengthValidator(long Length) : Validator
{
    internal const int Place = 10;

    internal override int Rank => Place;

    /// <inheritdoc/>
    public override string Name => "len_min";

    /// <inheritdoc/>
    public override object? Argument => Length;

    /// <inheritdoc/>
    public override string? Check(object value) => LengthOf.Value(value) >= Length ? null : $"length must be at least {Length}";
}

/// <summary>The greatest length allowed.</summary>
public sealed record GreatestLengthValidator(long Length) : Validator
{
    internal override int Rank => 11;

    /// <inheritdoc/>
    public override string Name => "len_max";

    /// <inheritdoc/>
    public override object? Argument => Length;

    /// <inheritdoc/>
    public override string? Check(object value) => LengthOf.Value(value) <= Length ? null : $"length must be at most {Length}";
}

static class LengthOf
{
    public static long Value(object value) => value switch
    {
        string text => Encoding.UTF8.GetByteCount(text),
        ValueList list => list.Count,
        ValueMap map => map.Count,
        _ => 0,
    };
}
