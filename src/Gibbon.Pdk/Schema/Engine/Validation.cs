namespace Gibbon.Pdk.Schemas;

/// <summary>Whether values are what fields demand. An error is a text, or a tree of texts in the shape of the value.</summary>
static class Validation
{
    const string Missing = "required field missing";

    /// <summary>Checks one value against its field.</summary>
    public static object? Check(Field field, object? value, Operation operation)
    {
        if (value is null)
        {
            return CheckNull(field);
        }
        if (field.Abstract && field.Record is null)
        {
            return "error in schema definition: abstract field was not specialized";
        }
        if (field.ForbidsValue)
        {
            return field.Error ?? "value must be null";
        }
        return CheckType(field, value, operation) ?? CheckDemands(field, value);
    }

    static string? CheckNull(Field field)
    {
        if (!field.HasNullRule)
        {
            return field.IsRequired ? Missing : null;
        }
        if (field.Find<NotEqualValidator>() is { Value: null })
        {
            return field.Error ?? "value must not be null";
        }
        if (field.Find<EqualValidator>() is { Value: not null } equal)
        {
            return field.Error ?? $"value must be {Value.ToText(equal.Value)}";
        }
        return field.IsRequired ? Missing : null;
    }

    static object? CheckType(Field field, object value, Operation operation) => field.Type switch
    {
        FieldType.String => value is string ? null : "expected a string",
        FieldType.Number => value is long or double ? null : "expected a number",
        FieldType.Integer => IsInteger(value) ? null : "expected an integer",
        FieldType.Boolean => value is bool ? null : "expected a boolean",
        FieldType.Array => CheckElements(field, value, operation, "expected an array"),
        FieldType.Set => CheckElements(field, value, operation, "expected a set"),
        FieldType.Map => CheckEntries(field, value, operation),
        FieldType.Record => CheckRecord(field, value, operation),
        FieldType.Foreign => CheckForeign(field, value),
        FieldType.Function => value is Delegate ? null : "expected a function",
        FieldType.Json => field.Json?.Inline is { } schema ? JsonSchema.Check(schema, value) : null,
        _ => null,
    };

    static bool IsInteger(object value) => value is long || (value is double number && double.IsFinite(number) && number == Math.Floor(number));

    static string? CheckDemands(Field field, object value)
    {
        var text = value as string;
        if (field.Referenceable && Value.IsVaultReference(text))
        {
            return null;
        }
        var refusesEmpty = text is { Length: 0 } && field.RefusesEmptyText;
        foreach (var validator in field.Validators)
        {
            if (refusesEmpty && validator.Rank > LeastLengthValidator.Place)
            {
                break;
            }
            if (validator.Check(value) is { } error)
            {
                return field.Error ?? (error.Length > 0 ? error : $"failed validating: {Value.ToText(value)}");
            }
        }
        return refusesEmpty ? field.Error ?? "length must be at least 1" : null;
    }

    static object? CheckElements(Field field, object value, Operation operation, string wrongType)
    {
        if (value is not ValueList list)
        {
            return value is ValueMap { Count: 0 } ? null : wrongType;
        }
        ValueList? errors = null;
        for (var place = 0; place < list.Count && field.Elements is not null; place++)
        {
            var error = list[place] is { } element ? Check(field.Elements, element, operation) : CheckNull(field.Elements) ?? Missing;
            if (error is not null)
            {
                errors ??= [];
                while (errors.Count < place)
                {
                    errors.Add(null);
                }
                errors.Add(error);
            }
        }
        return errors;
    }

    static object? CheckEntries(Field field, object value, Operation operation)
    {
        if (value is not ValueMap map)
        {
            return value is ValueList list ? list.Count == 0 ? null : "expected a string" : "expected a map";
        }
        foreach (var (key, entry) in map)
        {
            var error = field.Keys is null ? null : Check(field.Keys, key, operation);
            error ??= field.Values is null ? null : entry is null ? CheckNull(field.Values) ?? Missing : Check(field.Values, entry, operation);
            if (error is not null)
            {
                return error;
            }
        }
        return null;
    }

    static object? CheckRecord(Field field, object value, Operation operation)
    {
        if (value is ValueList list)
        {
            return list.Count == 0 ? CheckRecord(field, new ValueMap(), operation) : new ValueList(list.Select(static _ => (object?)"unknown field"));
        }
        if (value is not ValueMap map)
        {
            return "expected a record";
        }
        if (field.Record is not { } record)
        {
            return null;
        }
        var tree = CheckFields(record, map, operation, within: true);
        return tree is null ? record.WholeCheck?.Invoke(map) : tree;
    }

    static ValueMap? CheckForeign(Field field, object value)
    {
        var error = value switch
        {
            ValueMap map when map.TryGetValue("id", out var id) => id is null ? Missing : ForeignId(id),
            _ => "missing primary key",
        };
        return error is null ? null : new ValueMap { ["id"] = error };
    }

    static string? ForeignId(object id) => id is not string text ? "expected a string" : Guid.TryParseExact(text, "D", out _) ? null : "expected a valid UUID";

    /// <summary>Checks the fields of a record, then what must hold between them.</summary>
    /// <returns>The errors by field, or <c>null</c>.</returns>
    public static ValueMap? CheckFields(RecordSchema record, ValueMap values, Operation operation, bool within, bool allowsTtl = false)
    {
        var errors = new CheckErrors(operation, within);
        var fields = record.Fields;
        var place = 0;
        var known = 0;
        foreach (var (name, value) in values)
        {
            var field = place < fields.Length && ReferenceEquals(fields[place].Name, name) ? fields[place] : record.Find(name);
            place++;
            if (field is null)
            {
                // When an entity was changed is nobody's to say, so saying it does no harm, even of a kind that does not keep it.
                if (allowsTtl && name == "ttl")
                {
                    if (value is not (null or long or double))
                    {
                        errors.SetField(name, "expected a number");
                    }
                }
                else if (within || name != "updated_at")
                {
                    errors.SetField(name, "unknown field");
                }
                continue;
            }
            known++;
            if (!field.IsUpdateTime && Check(field, value, operation) is { } error)
            {
                errors.SetField(name, error);
            }
        }
        if (known < fields.Length && errors.Operation != Operation.Update)
        {
            AddMissing(record, values, operation, errors);
        }
        CheckRun.All(record.EntityChecks, values, errors);
        return errors.Tree;
    }

    static void AddMissing(RecordSchema record, ValueMap values, Operation operation, CheckErrors errors)
    {
        foreach (var field in record.Fields)
        {
            if (field.IsRequired && !field.HasDefault && !field.Auto && !values.ContainsKey(field.Name))
            {
                var error = field.Record is { } inner ? CheckFields(inner, [], operation, within: true) : (object)Missing;
                if (error is not null)
                {
                    errors.SetField(field.Name, error);
                }
            }
        }
    }
}
