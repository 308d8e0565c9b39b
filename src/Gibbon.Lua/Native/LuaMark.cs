namespace Gibbon.Lua.Native;

/// <summary>Light userdata that mean something between C# and the Lua beside it. No plugin can make one.</summary>
internal static class LuaMark
{
    /// <summary><c>ngx.null</c> and <c>cjson.null</c>, as in OpenResty.</summary>
    public const nint Null = 0;

    /// <summary>A native function failed; the message follows, and the Lua around it raises it.</summary>
    public const nint Failed = 0x10;

    /// <summary>A native function waits; the Lua around it yields <see cref="Waiting"/> and returns what it is resumed with.</summary>
    public const nint Pending = 0x20;

    /// <summary>A coroutine yields to the host until what it waits for has come.</summary>
    public const nint Waiting = 0x30;

    /// <summary>The phase is over: whether it went well and the error follow.</summary>
    public const nint Done = 0x40;

    /// <summary>The phase is over because the plugin has answered: nothing after that runs.</summary>
    public const nint Exit = 0x50;
}
