using Gibbon.Lua.Host;
using Gibbon.Pdk;

namespace Gibbon.Lua.Native;

/// <summary>A call from Lua to C#: the arguments, and the results that are pushed for it.</summary>
internal readonly ref struct LuaCall(nint stack, LuaState state)
{
    public nint L => stack;

    public LuaState State => state;

    public int Count => LuaApi.lua_gettop(stack);

    /// <summary>What runs now; null while a file is being loaded.</summary>
    public LuaRun? Run => state.Run;

    /// <summary>The request of what runs now.</summary>
    public RequestContext Context => state.Context ?? throw new InvalidOperationException("no request found");

    public LuaType Type(int index) => LuaStack.TypeOf(stack, index);

    public bool IsNil(int index) => LuaApi.lua_type(stack, index) <= 0;

    public string? TextOrNull(int index) => LuaStack.Text(stack, index);

    public string Text(int index) => LuaStack.Text(stack, index) ?? throw new KongArgumentException($"bad argument #{index} (string expected)");

    public ReadOnlySpan<byte> Bytes(int index) => LuaStack.Bytes(stack, index);

    public double Number(int index) => LuaApi.lua_tonumber(stack, index);

    public int Integer(int index) => (int)Math.Clamp(LuaApi.lua_tonumber(stack, index), int.MinValue, int.MaxValue);

    public bool Flag(int index) => LuaApi.lua_toboolean(stack, index) != 0;

    public int Return(string? text)
    {
        LuaStack.Push(stack, text);
        return 1;
    }

    public int Return(ReadOnlySpan<byte> bytes)
    {
        LuaStack.Push(stack, bytes);
        return 1;
    }

    public int Return(double number)
    {
        LuaApi.lua_pushnumber(stack, number);
        return 1;
    }

    public int Return(bool flag)
    {
        LuaStack.Push(stack, flag);
        return 1;
    }

    public int Return(Result result) => result.IsOk ? Return(true) : Refuse(result.Error);

    /// <summary>The two values of a failure that is no error: nil and the reason.</summary>
    public int Refuse(string reason)
    {
        LuaApi.lua_pushnil(stack);
        LuaStack.Push(stack, reason);
        return 2;
    }

    /// <summary>Results that may not be there yet. The thread goes on with other work; the state goes on with other requests.</summary>
    public int Wait<T>(ValueTask<T> task, Func<nint, T, int> push)
    {
        if (task.IsCompleted)
        {
            return push(stack, task.GetAwaiter().GetResult());
        }

        (state.Run ?? throw new InvalidOperationException("API disabled in the current context")).WaitFor(LuaRun.Later(task.AsTask(), push));
        LuaApi.lua_pushlightuserdata(stack, LuaMark.Pending);
        return 1;
    }

    public int Wait(ValueTask task, Func<nint, int> push)
    {
        if (task.IsCompleted)
        {
            task.GetAwaiter().GetResult();
            return push(stack);
        }

        (state.Run ?? throw new InvalidOperationException("API disabled in the current context")).WaitFor(LuaRun.Later(task.AsTask(), push));
        LuaApi.lua_pushlightuserdata(stack, LuaMark.Pending);
        return 1;
    }
}

/// <summary>A function of C# that Lua calls: pushes its results and returns how many they are.</summary>
internal delegate int LuaFunction(LuaCall call);
