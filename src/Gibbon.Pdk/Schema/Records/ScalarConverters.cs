using System.Globalization;
using Gibbon.Pdk.Entities;

namespace Gibbon.Pdk.Schemas;

/// <summary>Types whose values are the same on both sides: text, truth, whole numbers, untyped maps.</summary>
sealed class PlainConverter<T> : Converter<T>
{
    public override T Read(object value) => value is T typed ? typed : (T)Convert.ChangeType(value, typeof(T), CultureInfo.InvariantCulture);

    public override object? Write(T value) => value;
}

sealed class IntConverter : Converter<int>
{
    public override int Read(object value) => value is long number ? checked((int)number) : checked((int)(double)value);

    public override object? Write(int value) => (long)value;
}

sealed class DoubleConverter : Converter<double>
{
    public override double Read(object value) => Number.From(value);

    public override object? Write(double value) => Number.Of(value);
}

sealed class GuidConverter : Converter<Guid>
{
    public override Guid Read(object value) => Guid.ParseExact((string)value, "D");

    public override object? Write(Guid value) => value.ToString();
}

/// <summary>Seconds since 1970, with a fraction where the field has one.</summary>
sealed class TimeConverter : Converter<DateTimeOffset>
{
    public override DateTimeOffset Read(object value) => value is long seconds
        ? DateTimeOffset.FromUnixTimeSeconds(seconds)
        : DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round((double)value * 1000));

    public override object? Write(DateTimeOffset value) => Number.Of(value.ToUnixTimeMilliseconds() / 1000d);
}

sealed class EnumConverter<T> : Converter<T> where T : struct, Enum
{
    readonly EnumNames names = EnumNames.Of(typeof(T));

    public override T Read(object value) => names.MemberOf((string)value) is T member ? member : throw new FormatException($"'{value}' is no {typeof(T).Name}");

    public override object? Write(T value) => names.NameOf(value);
}

sealed class NullableConverter<T> : Converter<T?> where T : struct
{
    public override T? Read(object value) => Converter<T>.Instance.Read(value);

    public override object? Write(T? value) => value is { } present ? Converter<T>.Instance.Write(present) : null;
}

sealed class ReferenceConverter<T> : Converter<EntityReference<T>> where T : Entity
{
    public override EntityReference<T> Read(object value) => new(Guid.ParseExact((string)((ValueMap)value)["id"]!, "D"));

    public override object? Write(EntityReference<T> value) => new ValueMap(1) { ["id"] = value.Id.ToString() };
}
