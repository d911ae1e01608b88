/// Invented people, with addresses that lead nowhere (RFC 2606, and numbers set aside for fiction).
enum SampleCustomers {
    static let lines = """
        {"account":"amara.okafor","name":"Amara Okafor","date_of_birth":"1988-04-17","email":"amara@example.com",\
        "phone":"+442079460123","country":"GB","address":"12 Alder Street, Leeds LS1 4AP","national_id":"QQ123456C",\
        "language":"en","stake":500}
        {"account":"li.ming","name":"李明","date_of_birth":"1979-11-02","email":"liming@example.com",\
        "phone":"+8613800138000","country":"CN","address":"上海市静安区南京西路100号","national_id":"X7K2M4P9",\
        "language":"zh-Hans","stake":500}
        {"account":"jonas.weber","name":"Jonas Weber","date_of_birth":"1995-07-30","email":"jonas@example.com",\
        "phone":"+493012345678","country":"DE","address":"Lindenstraße 4, 10969 Berlin","national_id":"L01X00T47",\
        "language":"de","stake":500}

        """

    /// What the caller says on the telephone.
    static let said = """
        {"name":"amara okafor","date_of_birth":"1988-04-17","national_id":"qq 12 34 56 c"}

        """
}
