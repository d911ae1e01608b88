public import AccountRecovery
public import ArgumentParser
public import RecoveryPolicy

// Words of the field as arguments: what is not one of them is refused with the list.
extension Purpose: ExpressibleByArgument {}
extension Channel: ExpressibleByArgument {}
extension StaffRole: ExpressibleByArgument {}
extension ManagedKey: ExpressibleByArgument {}

extension CaseID: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension StaffName: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
