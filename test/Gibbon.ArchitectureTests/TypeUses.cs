using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Gibbon.ArchitectureTests;

/// <summary>Which types a compiled type uses, anywhere: in its declaration, its members' signatures and their bodies.</summary>
internal static class TypeUses
{
    public static IEnumerable<TypeReference> Of(TypeDefinition type) =>
        Declared(type).Concat(type.Methods.SelectMany(InMethod)).SelectMany(Parts);

    private static IEnumerable<TypeReference> Declared(TypeDefinition type)
    {
        IEnumerable<TypeReference> header = type.Interfaces.Select(i => i.InterfaceType)
            .Concat(InAttributes(type))
            .Concat(InGenericParameters(type))
            .Concat(type.Fields.SelectMany(f => InAttributes(f).Prepend(f.FieldType)))
            .Concat(type.Properties.SelectMany(p => InAttributes(p).Prepend(p.PropertyType)))
            .Concat(type.Events.Select(e => e.EventType));
        return type.BaseType is null ? header : header.Prepend(type.BaseType);
    }

    private static IEnumerable<TypeReference> InMethod(MethodDefinition method)
    {
        IEnumerable<TypeReference> signature = method.Parameters.Select(p => p.ParameterType)
            .Append(method.ReturnType)
            .Concat(InAttributes(method))
            .Concat(InGenericParameters(method));
        return !method.HasBody
            ? signature
            : signature
                .Concat(method.Body.Variables.Select(v => v.VariableType))
                .Concat(method.Body.ExceptionHandlers.Where(h => h.CatchType is not null).Select(h => h.CatchType))
                .Concat(method.Body.Instructions.SelectMany(InInstruction));
    }

    private static IEnumerable<TypeReference> InInstruction(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        MethodReference method => InCall(method),
        _ => [],
    };

    private static IEnumerable<TypeReference> InCall(MethodReference method)
    {
        IEnumerable<TypeReference> used = method.Parameters.Select(p => p.ParameterType).Append(method.ReturnType).Append(method.DeclaringType);
        return method is GenericInstanceMethod generic ? used.Concat(generic.GenericArguments) : used;
    }

    private static IEnumerable<TypeReference> InAttributes(ICustomAttributeProvider provider) =>
        provider.CustomAttributes.SelectMany(a =>
            a.ConstructorArguments.Select(c => c.Value).OfType<TypeReference>().Prepend(a.AttributeType));

    private static IEnumerable<TypeReference> InGenericParameters(IGenericParameterProvider provider) =>
        provider.GenericParameters.SelectMany(p => p.Constraints).Select(c => c.ConstraintType);

    // List<Route[]> uses List, Route[] and Route.
    private static IEnumerable<TypeReference> Parts(TypeReference type)
    {
        if (type is FunctionPointerType function)
        {
            foreach (TypeReference part in function.Parameters.Select(p => p.ParameterType).Append(function.ReturnType).SelectMany(Parts))
                yield return part;

            yield break;
        }

        if (type is GenericInstanceType generic)
        {
            foreach (TypeReference part in generic.GenericArguments.SelectMany(Parts))
                yield return part;
        }

        if (type is TypeSpecification specification)
        {
            foreach (TypeReference part in Parts(specification.ElementType))
                yield return part;
        }
        else if (type is not GenericParameter)
            yield return type;
    }
}
