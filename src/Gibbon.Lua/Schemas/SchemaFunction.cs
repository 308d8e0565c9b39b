using Gibbon.Lua.Native;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Schemas;

/// <summary>A function of a schema, callable from any thread.</summary>
internal sealed class SchemaFunction(LuaState state, int function)
{
    /// <summary>A function that returns whether a value is good, and if not why.</summary>
    /// <param name="value">The value.</param>
    /// <param name="unsaid">The error when the function does not say why; it is given the value as text.</param>
    public string? Check(object? value, Func<string, string> unsaid)
    {
        try
        {
            (object? good, object? reason) = Call([value], 2);
            return good is null or false ? reason as string ?? unsaid(Value.ToText(value)) : null;
        }
        catch (LuaException failure)
        {
            return failure.Message;
        }
    }

    /// <summary>A transformation: gets the values of its fields in order, returns the fields to change, or nil and why not.</summary>
    public TransformationResult Transform(ValueMap entity, IReadOnlyList<string> paths)
    {
        try
        {
            (object? changes, object? reason) = Call([.. paths.Select(path => At(entity, path))], 2);
            return changes is ValueMap map ? map : new TransformationResult(null, reason as string ?? "no result");
        }
        catch (LuaException failure)
        {
            return new TransformationResult(null, failure.Message);
        }
    }

    public object? Call(ReadOnlySpan<object?> arguments) => Call(arguments, 1).First;

    public (object? First, object? Second) Call(ReadOnlySpan<object?> arguments, int results)
    {
        lock (state)
        {
            nint L = state.Main;
            int top = LuaApi.lua_gettop(L);
            LuaState.PushKept(L, function);
            foreach (object? argument in arguments)
            {
                LuaValues.Push(L, argument, state, nulls: true);
            }

            if (state.Call(arguments.Length, results) is { } error)
            {
                throw new LuaException(error);
            }

            object? first = LuaValues.Read(L, top + 1);
            object? second = results > 1 ? LuaValues.Read(L, top + 2) : null;
            LuaApi.lua_settop(L, top);
            return (first, second);
        }
    }

    private static object? At(ValueMap entity, string path)
    {
        object? value = entity;
        foreach (string name in path.Split('.'))
        {
            value = (value as ValueMap)?.Get(name);
        }

        return value;
    }
}
