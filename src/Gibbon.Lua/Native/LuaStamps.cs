using System.Runtime.InteropServices;
using Gibbon.Lua.Host;

namespace Gibbon.Lua.Native;

/// <summary>
/// By which the Lua of a state tells whether an answer that it has kept still holds: numbers that compiled Lua reads where they lie. It keeps an answer with the number that it was given at,
/// and asks again when that number is another. No number comes twice in a state, so what is kept can only be used by what it was kept for.
/// </summary>
internal sealed unsafe class LuaStamps
{
    /// <summary>The place of a number that stays the same: for what the node is.</summary>
    public const int Ever = 0;

    /// <summary>The place of the number of the request: for what nobody can change about it.</summary>
    public const int Request = 1;

    /// <summary>The place of the number that becomes another whenever a coroutine starts or goes on, and whenever Lua has called C#: for what plugins and phases can change.</summary>
    public const int Step = 2;

    private const int Places = 3;

    private readonly double* _numbers = (double*)NativeMemory.AllocZeroed(Places, sizeof(double));
    private double _lastRequest;

    public nint Address => (nint)_numbers;

    /// <summary>Something may have been changed that a getter answers.</summary>
    public void Change() => _numbers[Step]++;

    /// <summary>Another coroutine runs, or the same one goes on.</summary>
    public void Enter(LuaRun? run)
    {
        Change();
        if (run is { Request: { } request, Context: not null })
        {
            if (request.Number == 0)
            {
                request.Number = ++_lastRequest;
            }

            _numbers[Request] = request.Number;
        }
        else
        {
            _numbers[Request] = ++_lastRequest;
        }
    }

    /// <summary>No Lua of the state runs any more.</summary>
    public void Free() => NativeMemory.Free(_numbers);
}
