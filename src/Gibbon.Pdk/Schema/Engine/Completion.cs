using System.Security.Cryptography;

namespace Gibbon.Pdk.Schemas;

/// <summary>
/// Brings what was sent into the shape of its schema: automatic values, defaults, sets without duplicates, lists where Lua has but tables.
/// Makes a new map whose entries are in the order of the fields; the input stays as it is.
/// </summary>
static class Completion
{
    const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <param name="record">The fields.</param>
    /// <param name="input">What was sent, shorthands already expanded.</param>
    /// <param name="operation">What is being done.</param>
    /// <param name="now">The time for <c>created_at</c> and <c>updated_at</c>.</param>
    /// <param name="keepNulls">Whether a read entity keeps its nulls; otherwise they are left out.</param>
    public static ValueMap Complete(RecordSchema record, ValueMap input, Operation operation, DateTimeOffset now, bool keepNulls = true)
    {
        var output = new ValueMap(record.Fields.Length);
        var found = 0;
        foreach (var field in record.Fields)
        {
            var given = input.TryGetValue(field.Name, out var value);
            found += given ? 1 : 0;
            if (field.Auto)
            {
                given = Automatic(field, ref value, given, operation, now);
            }
            if (!given && (operation == Operation.Update || !TryFill(field, operation, now, out value)))
            {
                continue;
            }
            value = Adjust(field, value, operation, now, keepNulls);
            if (value is not null || operation != Operation.Select || keepNulls)
            {
                output.Add(field.Name, value);
            }
        }
        if (found < input.Count && operation != Operation.Select)
        {
            KeepUnknown(input, output);
        }
        return output;
    }

    static void KeepUnknown(ValueMap input, ValueMap output)
    {
        foreach (var (name, value) in input)
        {
            output.TryAdd(name, value);
        }
    }

    /// <summary>Makes the value of an automatic field where it is time to; returns whether there is a value now.</summary>
    static bool Automatic(Field field, ref object? value, bool given, Operation operation, DateTimeOffset now)
    {
        var isNew = operation is Operation.Insert or Operation.Upsert;
        switch (field.Name)
        {
            case "created_at" when isNew && value is null:
            case "updated_at" when operation != Operation.Select:
                value = field.Type == FieldType.Number ? now.ToUnixTimeMilliseconds() / 1000d : now.ToUnixTimeSeconds();
                return true;
            case var _ when !isNew || given || field.Type != FieldType.String:
                return given;
            case var _ when field.Find<UuidValidator>() is not null:
                value = Guid.NewGuid().ToString();
                return true;
            default:
                value = RandomNumberGenerator.GetString(Letters, 32);
                return true;
        }
    }

    /// <summary>The value of a field that was not given; false when there is none, so that a required one is noticed.</summary>
    static bool TryFill(Field field, Operation operation, DateTimeOffset now, out object? value)
    {
        value = null;
        if (field.HasDefault)
        {
            value = Value.DeepCopy(field.Default);
            return true;
        }
        if (field.Nilable || !field.IsRequired)
        {
            return !field.Nilable && !field.BeyondKong;
        }
        if (field is { Type: FieldType.Record, Record: { } record, Abstract: false })
        {
            value = Complete(record, [], operation, now);
            return true;
        }
        return false;
    }

    static object? Adjust(Field field, object? value, Operation operation, DateTimeOffset now, bool keepNulls) => value switch
    {
        null when operation == Operation.Select && field.IsRequired => TryFill(field, operation, now, out var filled) ? filled : null,
        ValueMap { Count: 0 } when field.Type is FieldType.Array or FieldType.Set => new ValueList(),
        ValueList { Count: 0 } when field.Type is FieldType.Map => new ValueMap(),
        ValueList { Count: 0 } when field.Record is { } record => Complete(record, [], operation, now, keepNulls),
        ValueMap { Count: > 1 } map when field.Type == FieldType.Foreign && map.TryGetValue("id", out var id) => new ValueMap(1) { ["id"] = id },
        ValueMap map when field.Record is { } record => Complete(record, map, operation, now, keepNulls),
        ValueMap map when field is { Type: FieldType.Map, Values.IsComposite: true } => AdjustEntries(field.Values, map, operation, now, keepNulls),
        ValueList list when field.Type is FieldType.Array or FieldType.Set => AdjustElements(field, list, operation, now, keepNulls),
        double number when field.Type == FieldType.Integer && double.IsFinite(number) && (operation == Operation.Select || number == Math.Floor(number)) =>
            (long)Math.Floor(number),
        _ => value,
    };

    static ValueMap AdjustEntries(Field values, ValueMap map, Operation operation, DateTimeOffset now, bool keepNulls)
    {
        var inner = operation == Operation.Update ? Operation.Insert : operation;
        var adjusted = new ValueMap(map.Count);
        foreach (var (key, value) in map)
        {
            adjusted.Add(key, Adjust(values, value, inner, now, keepNulls));
        }
        return adjusted;
    }

    static ValueList AdjustElements(Field field, ValueList list, Operation operation, DateTimeOffset now, bool keepNulls)
    {
        var isComposite = field.Elements is { IsComposite: true };
        var isSet = field.Type == FieldType.Set && list.Count > 1;
        if (!isComposite && !isSet)
        {
            return list;
        }
        var inner = operation == Operation.Update ? Operation.Insert : operation;
        var adjusted = new ValueList(list.Count);
        foreach (var element in list)
        {
            var value = isComposite ? Adjust(field.Elements!, element, inner, now, keepNulls) : element;
            if (!isSet || value is null or ValueMap or ValueList || !adjusted.Contains(value))
            {
                adjusted.Add(value);
            }
        }
        return adjusted;
    }
}
