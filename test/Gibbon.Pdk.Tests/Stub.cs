using System.Reflection;
using System.Reflection.Emit;

namespace Gibbon.Pdk.Tests;

/// <summary>
/// Makes the kit's abstract classes concrete, every abstract member answering with nothing: what is under test is what the kit itself
/// does before it asks an engine.
/// </summary>
static class Stub
{
    const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;

    static readonly ModuleBuilder Module =
        AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Stubs"), AssemblyBuilderAccess.Run).DefineDynamicModule("Stubs");

    static readonly Dictionary<Type, Type> Made = [];

    public static RequestContext Context(Phase phase)
    {
        var context = (RequestContext)Activator.CreateInstance(Concrete(typeof(RequestContext)))!;
        typeof(RequestContext).GetMethod("EnterPhase", Any)!.Invoke(context, [phase]);
        return context;
    }

    public static void EnterPlugin(RequestContext context, Plugin? plugin) =>
        typeof(RequestContext).GetMethod("EnterPlugin", Any)!.Invoke(context, [plugin, null]);

    public static T Of<T>(RequestContext context) => (T)Of(typeof(T), context);

    public static object Of(Type type, RequestContext context) => Activator.CreateInstance(Concrete(type), context)!;

    static Type Concrete(Type type)
    {
        lock (Made)
            return Made.TryGetValue(type, out var made) ? made : Made[type] = Make(type);
    }

    static Type Make(Type type)
    {
        var builder = Module.DefineType("Stub" + type.Name, TypeAttributes.Public, type);
        var parent = type.GetConstructors(Any).Single();
        var parameters = parent.GetParameters().Select(static p => p.ParameterType).ToArray();
        var il = builder.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, parameters).GetILGenerator();
        for (var i = 0; i <= parameters.Length; i++)
            il.Emit(OpCodes.Ldarg, i);

        il.Emit(OpCodes.Call, parent);
        il.Emit(OpCodes.Ret);
        foreach (var method in type.GetMethods(Any).Where(static m => m.IsAbstract))
            Override(builder, method);

        return builder.CreateType();
    }

    static void Override(TypeBuilder builder, MethodInfo method)
    {
        var body = builder.DefineMethod(
            method.Name,
            method.Attributes & ~(MethodAttributes.Abstract | MethodAttributes.NewSlot),
            method.ReturnType,
            [.. method.GetParameters().Select(static p => p.ParameterType)]);
        var il = body.GetILGenerator();
        if (method.ReturnType != typeof(void))
            il.Emit(OpCodes.Ldloc, il.DeclareLocal(method.ReturnType));

        il.Emit(OpCodes.Ret);
        builder.DefineMethodOverride(body, method);
    }
}
